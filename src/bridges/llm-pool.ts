import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { type HandleDefinition, handleMethod, method } from "../bridge/define-bridge.ts";
import { handle } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { Pool } from "../models/pool.ts";
import { triesNextModel } from "../models/call/retry.ts";
import type { ModelRequest } from "../models/types.ts";
import type { TextValue } from "../values/script-value.ts";
import { toAnswer } from "./llm-answer.ts";
import { toRequest } from "./llm-request.ts";
import { answer, options, type OptionsInput, prompt, type PromptInput } from "./llm-schemas.ts";
import { callModel } from "./model-calls.ts";

const names = z.array(z.string().min(1)).min(1).max(100);
const poolOptions = z.strictObject({
  models: names.optional(),
  providers: names.optional().describe("Providers, each with its own default model."),
  strategy: z
    .enum(["roundRobin", "failover", "fastest", "leastBusy"])
    .default("roundRobin")
    .describe(
      "One after the other; the first that can; the one that was fastest so far; the one with the fewest calls under way.",
    ),
});

interface PoolState {
  pool: Pool;
  /** What the names stand for. */
  kind: "model" | "provider";
}

/** Asks the member whose turn it is; one that cannot answer is passed over for the next. */
async function ask(
  { pool, kind }: PoolState,
  input: PromptInput,
  more: OptionsInput | undefined,
  ctx: CallContext,
): Promise<TextValue> {
  let failure: unknown;
  for (const member of pool.order()) {
    const request = toRequest(input, more, ctx, "llm.pool");
    const { model: _, provider: __, ...rest } = request;
    pool.began(member);
    try {
      const data = await callModel(ctx, { ...rest, [kind]: member.name } as ModelRequest);
      pool.ended(member, data.latencyMs);
      return toAnswer(data);
    } catch (error) {
      pool.ended(member, undefined);
      failure = error;
      if (!triesNextModel(error)) throw error;
    }
  }
  throw failure;
}

export const poolMethods = {
  pool: method({
    summary:
      "Several models (or providers) that share the work. A member that is unreachable, overloaded, out of quota or too small is passed over for the next one.",
    input: { options: poolOptions },
    output: handle("llm.pool"),
    effect: "local",
    sync: true,
    run({ options: { models, providers, strategy } }, ctx) {
      const members = models ?? providers;
      if (!members || (models && providers)) {
        throw new LlmspellError("input.invalid", "llm.pool: either models or providers have to be named", {
          hint: 'Use llm.pool({models = {"openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"}}).',
        });
      }
      const pool = new Pool(members, strategy);
      return ctx.handle<PoolState>("llm.pool", { pool, kind: models ? "model" : "provider" }, { strategy });
    },
  }),
};

const memberFigures = z.object({
  name: z.string(),
  calls: z.number(),
  failures: z.number(),
  busy: z.number().describe("Calls under way."),
  latencyMs: z.number().nullable().describe("Moving average of its answers; nil before the first."),
});

/** `llm.pool`: several models that share the work. */
export const poolHandle: HandleDefinition = {
  summary: "Several models that share the work.",
  fields: { strategy: z.string() },
  methods: {
    ...Object.fromEntries(
      ["chat", "complete"].map((name) => [
        name,
        handleMethod<PoolState>()({
          summary:
            "Asks the member whose turn it is. The model of the pool takes the place of one that the request names.",
          input: { prompt, options: options.optional() },
          output: answer,
          effect: "local",
          run: ({ prompt: input, options: more }, ctx, { state }) => ask(state, input, more, ctx),
        }),
      ]),
    ),
    stats: handleMethod<PoolState>()({
      summary: "What is known of each member.",
      input: {},
      output: z.array(memberFigures),
      effect: "local",
      sync: true,
      run: (_, __, { state: { pool } }) =>
        pool.members.map(({ name, calls, failures, busy, latencyMs }) => ({ name, calls, failures, busy, latencyMs })),
    }),
  },
};
