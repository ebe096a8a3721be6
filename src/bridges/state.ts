import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, handleMethod, method } from "../bridge/define-bridge.ts";
import { anyObject, handle } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import type { StateStore } from "../state/state-store.ts";
import { newState, ownState, stateMethods } from "./state-methods.ts";

const createOptions = z
  .strictObject({
    persistence: z.enum(["memory", "file", "sqlite", "postgres"]).default("memory"),
    path: z.string().optional(),
    scope: z.enum(["run", "spell", "session", "user", "global"]).default("run"),
    data: anyObject.optional().describe("What the state begins with."),
  })
  .prefault({});

/** `state`: data of the run, in memory. */
export const stateBridge = defineBridge({
  name: "state",
  summary:
    "Data of the run, in memory, under dotted paths (`user.name`). The global itself is one state; `create` makes others.",
  methods: {
    create: method({
      summary:
        "Makes a state of its own. Only `persistence` memory and `scope` run are part of this version; others throw method.unavailable.",
      input: { options: createOptions },
      output: handle("state.store"),
      effect: "local",
      sync: true,
      run({ options }, ctx) {
        if (options.persistence !== "memory") throw unavailable(`persistence "${options.persistence}"`);
        if (options.scope !== "run") throw unavailable(`scope "${options.scope}"`);
        return newState(ctx, options.data ?? {});
      },
    }),
    ...stateMethods((_, ctx: CallContext) => ownState(ctx), method),
  },
  handles: {
    "state.store": {
      summary: "A state.",
      methods: stateMethods((self) => self.state as StateStore, handleMethod<StateStore>() as typeof method),
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

function unavailable(what: string): LlmspellError {
  return new LlmspellError(
    "method.unavailable",
    `state.create: ${what} needs stored state, which is not part of this version`,
    {
      hint: 'Use persistence "memory" and scope "run", and fs.write for what must outlive the run.',
    },
  );
}
