import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, handleMethod, method } from "../bridge/define-bridge.ts";
import { drive } from "../bridge/drive.ts";
import { anyObject, anyValue, callback, handle } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { compileSchema } from "../schemas/compile-schema.ts";
import { migrate } from "../state/migrate.ts";
import type { State } from "../state/state.ts";
import type { ScriptObject } from "../values/script-value.ts";
import { toJson, toSchema } from "./llm-json.ts";
import { memoryState, ownState, stateMethods } from "./state-methods.ts";
import { scopes, storedMethods, storedState } from "./state-stored.ts";

const createOptions = z
  .strictObject({
    persistence: z
      .enum(["memory", "file", "sqlite", "postgres"])
      .optional()
      .describe("Default memory; where a path or scope is named file for paths in .json, else sqlite."),
    path: z.string().optional().describe("An own file in the workspace; without one, the state folder."),
    scope: z.enum(scopes).optional().describe("Default run in memory, spell where stored."),
    session: z.string().optional().describe("With scope session: its id."),
    data: anyObject.optional().describe("What the state begins with, where it holds no data yet."),
    version: z.int().min(1).optional().describe("Of the data. Default: one more than there are migrations."),
    migrations: z
      .array(callback([anyObject], anyValue, ["data"]))
      .optional()
      .describe(
        "The first makes data of version 2 of version 1, and so on. Those that are missing run when the state is opened.",
      ),
    schema: anyObject.optional().describe("What the data must fit when the state is opened."),
  })
  .prefault({});

type Options = z.output<typeof createOptions>;

/** What is not said follows from what is. Throws `input.invalid` for memory that should be kept. */
function persistenceOf({ persistence, path, scope = "run" }: Options): NonNullable<Options["persistence"]> {
  const kept = path !== undefined || scope !== "run";
  if (persistence === "memory" && kept) {
    throw new LlmspellError("input.invalid", "state.create: state in memory has no path, and no scope but run", {
      hint: 'Use persistence "sqlite" or "file" for what is to be kept.',
    });
  }
  if (persistence !== undefined) return persistence;
  if (!kept) return "memory";
  return path?.endsWith(".json") ? "file" : "sqlite";
}

/** Brings the data to the version that the script works with, at once or not at all. */
function* brought(
  state: State,
  { version, migrations = [], schema, data }: Options,
): Generator<unknown, void, unknown> {
  const compiled = schema && compileSchema(toSchema(schema, "state.create", false));
  const plan = {
    version: version ?? migrations.length + 1,
    migrations,
    data,
    check(of: ScriptObject) {
      const [problem] = compiled?.problems(toJson(of, "state.create")) ?? [];
      return problem && `${problem.path}: ${problem.message}`;
    },
  };
  yield* state.atomic((inside) => drive(migrate(inside, plan)));
}

/** `state`: data of the run in memory, or kept beyond it. */
export const stateBridge = defineBridge({
  name: "state",
  summary:
    "Data under dotted paths (`user.name`). The global itself is one state in memory; `create` makes others, also such as are kept and shared.",
  methods: {
    create: method({
      summary:
        "Makes a state of its own. In memory it lives as long as the run; `sqlite` and `file` keep it, shared by all spells and processes that name the same " +
        "scope or path. With `version`, `migrations` and `schema` the data of an older version is brought to the present one, all at once. Throws permission.denied, store.*, state.version for data of a newer one; method.unavailable for postgres.",
      input: { options: createOptions },
      output: handle("state.store"),
      effect: "local",
      sync: true,
      *run({ options }, ctx) {
        const persistence = persistenceOf(options);
        const { version, migrations, schema } = options;
        const planned = version !== undefined || migrations !== undefined || schema !== undefined;
        if (persistence === "memory") {
          const state = memoryState(ctx, planned ? undefined : options.data);
          if (planned) yield* brought(state, options);
          return ctx.handle("state.store", state);
        }
        const state = storedState({ ...options, persistence }, ctx);
        if (planned) {
          yield* brought(state, options);
          return ctx.handle("state.store", state);
        }
        // A file that cannot be used shows here, not at the first use.
        if (options.data) yield* state.change({ op: "begin", data: options.data });
        else state.ask({ op: "has", path: "-" });
        return ctx.handle("state.store", state);
      },
    }),
    ...storedMethods,
    ...stateMethods((_, ctx: CallContext) => ownState(ctx), method),
  },
  handles: {
    "state.store": {
      summary: "A state.",
      methods: stateMethods((self) => self.state as State, handleMethod<State>() as typeof method),
    },
    "state.watch": {
      summary: "What `watch` answers.",
      methods: {
        stop: handleMethod<{ stop(): void }>()({
          summary: "Ends the watching.",
          input: {},
          output: z.null(),
          effect: "local",
          sync: true,
          run(_, __, { state }) {
            state.stop();
            return null;
          },
        }),
      },
    },
  },
});
