import { z } from "zod";
import { defineBridge, handleMethod, method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue, handle } from "../bridge/schemas.ts";
import { isPlainObject, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import { type LoadedSpell, SPELLS } from "./services.ts";

const name = z
  .string()
  .min(1)
  .describe("A path from the folder of this spell, or the name of a spell there or in the spell folders.");

const runOptions = z
  .strictObject({
    engine: z.string().optional().describe("Name of the engine. Default by shebang, then by the file's extension."),
    args: z.array(z.string()).optional().describe("What the other spell finds in `args`."),
    memoryBytes: z.int().min(1).optional().describe("Of its VM. Default and most: the limit of this run."),
    timeoutMs: z.int().min(1).max(3_600_000).optional().describe("Ends the other spell with `async.timeout`."),
    permissions: z
      .strictObject({
        fs: z.enum(["none", "read", "write"]).optional(),
        net: z.array(z.string()).optional(),
        env: z.array(z.string()).optional(),
        commands: z.array(z.string()).optional(),
        modules: z.union([z.array(z.string()), z.literal(false)]).optional(),
      })
      .optional()
      .describe("Narrows what it may do. It never may more than this run."),
  })
  .describe("Limits and permissions can only be narrowed.");

const parameter = z.object({
  name: z.string(),
  type: z.string(),
  description: z.string().optional(),
  required: z.boolean(),
  default: anyValue.optional(),
});

const summary = z.object({
  name: z.string(),
  file: z.string(),
  engine: z.string(),
  description: z.string().nullable(),
  version: z.string().nullable(),
  parameters: z.array(parameter),
});

const loaded = z.object({
  engine: z.string(),
  code: z.string(),
  file: z.string(),
  folder: z.string(),
  name: z.string(),
  version: z.string().nullable(),
  params: anyObject,
  permissions: anyObject.nullable(),
});

const step = z.union([
  name,
  z.strictObject({ spell: name, params: anyObject.optional(), options: runOptions.optional() }),
]);

interface Composition {
  steps: readonly z.output<typeof step>[];
}

/** `spells`: other spells, as children of this run or in its own VM. */
export const spellsBridge = defineBridge({
  name: "spells",
  summary: "Other spells: run them, whatever their language, or include them.",
  methods: {
    run: method({
      summary:
        "Runs another spell, of any language, in a VM of its own and answers what it returns. It shares the CPU time, deadline, host calls, output and budget of this run, and may do no more than this run.",
      input: { name, params: anyObject.optional(), options: runOptions.optional() },
      output: anyValue,
      effect: "write",
      run: async ({ name: wanted, params, options }, ctx) => {
        const args = [wanted, params ?? {}, options?.engine ?? null, ctx.seq];
        const spell = (await ctx.call("spells", "load", args)) as unknown as LoadedSpell;
        return ctx.use(SPELLS).run(spell, options ?? {}, { effect: ctx.seq, signal: ctx.signal });
      },
    }),
    load: method({
      summary: "Reads a spell that is to be run: what comes next starts from the journal's own copy.",
      input: { name, params: anyObject, engine: z.string().optional(), effect: z.int().optional() },
      output: loaded,
      effect: "read",
      internal: true,
      partOfCall: true,
      run: ({ name: wanted, params, engine, effect }, ctx) => ctx.use(SPELLS).load(wanted, params, engine, effect ?? 0),
    }),
    include: method({
      summary:
        "Runs another script of the same language in this VM, anew each time, and answers what it returns, or its exports. The path counts from the spell's folder.",
      input: { path: z.string() },
      output: anyValue,
      effect: "local",
      native: "include",
      run: () => null,
    }),
    list: method({
      summary: "The spells that `run` finds by name: in the folder of this spell, then in the spell folders.",
      input: {},
      output: z.array(summary),
      effect: "read",
      run: (_, ctx) => ctx.use(SPELLS).list(),
    }),
    describe: method({
      summary: "What a spell says of itself, by the names that `run` knows.",
      input: { name },
      output: z.object({
        name: z.string(),
        description: z.string().nullable(),
        version: z.string().nullable(),
        parameters: anyObject.nullable(),
      }),
      effect: "read",
      internal: true,
      run: ({ name: wanted }, ctx) => ctx.use(SPELLS).describe(wanted),
    }),
    compose: method({
      summary:
        "Spells to be run one after the other: each gets what the one before returned as its params, or as `params.input` where that is no object.",
      input: { steps: z.array(step).min(1).max(100) },
      output: handle("spells.composition"),
      effect: "local",
      sync: true,
      run: ({ steps }, ctx) => ctx.handle<Composition>("spells.composition", { steps }, { length: steps.length }),
    }),
  },
  handles: {
    "spells.composition": {
      summary: "Spells that run one after the other.",
      methods: {
        run: handleMethod<Composition>()({
          summary: "Runs the spells and answers what the last one returns.",
          input: { params: anyObject.optional() },
          output: anyValue,
          effect: "local",
          run: async ({ params }, ctx, self) => {
            let value: ScriptValue = params ?? {};
            for (const each of self.state.steps) {
              const { spell, params: own, options } = typeof each === "string" ? { spell: each } : each;
              const next: ScriptObject = { ...own, ...(isPlainObject(value) ? value : { input: value }) };
              value = await ctx.call("spells", "run", [spell, next, (options ?? null) as ScriptValue]);
            }
            return value;
          },
        }),
      },
    },
  },
});
