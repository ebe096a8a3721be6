import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { type HandleDefinition, handleMethod, method } from "../bridge/define-bridge.ts";
import { handle, textWith } from "../bridge/schemas.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import { findConsensus, type Vote } from "../models/consensus.ts";
import { addUsage, NO_USAGE } from "../models/types.ts";
import { type ScriptObject, TextValue } from "../values/script-value.ts";
import { toRequest } from "./llm-request.ts";
import { type AnswerData, options, prompt, type PromptInput, usageOut } from "./llm-schemas.ts";
import { callModel } from "./model-calls.ts";

const models = z.array(z.string().min(1)).min(1).max(50);
const consensusOptions = z.strictObject({
  ...options.shape,
  strategy: z
    .enum(["majority", "similarity", "weighted"])
    .default("majority")
    .describe("The answer that most give, the one most like all others, or the one with the greatest weight."),
  threshold: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("Least agreement, from 0 to 1. Below it: `llm.no_consensus`."),
  weights: z.record(z.string(), z.number().min(0)).optional().describe("Of models, by name. Default 1."),
});
type Options = z.output<typeof consensusOptions>;

const vote = z.object({
  model: z.string(),
  text: z.string().nullable(),
  weight: z.number(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

const consensusFields = {
  content: z.string(),
  model: z.string().describe("The model whose answer it is."),
  agreement: z.number().describe("From 0 to 1."),
  votes: z.array(vote),
  usage: usageOut,
  cost: z.number().nullable(),
};
const consensusAnswer = textWith(consensusFields);

interface ConsensusState {
  models: readonly string[];
  options: Options;
}

type Ballot = Vote & { answer: AnswerData };

async function ask({ models: names, options: given }: ConsensusState, input: PromptInput, ctx: CallContext) {
  const { strategy, threshold, weights, ...more } = given;
  const outcomes = await Promise.all(
    names.map(async (model) => {
      const weight = weights?.[model] ?? 1;
      try {
        const asked = typeof input === "object" && !Array.isArray(input) ? { ...input, model } : input;
        const request = toRequest(asked, { ...more, model }, ctx, "llm.consensus");
        const answer = await callModel(ctx, request);
        return { model, weight, text: answer.content, answer };
      } catch (thrown) {
        const error = toLlmspellError(thrown);
        if (error.final) throw error;
        return { model, weight, error };
      }
    }),
  );
  const ballots = outcomes.filter((outcome): outcome is Ballot => "answer" in outcome);
  if (ballots.length === 0) throw (outcomes[0] as { error: LlmspellError }).error;
  const { winner, agreement } = findConsensus(ballots, strategy);
  const votes = outcomes.map((outcome) =>
    "answer" in outcome
      ? { model: outcome.model, text: outcome.text, weight: outcome.weight, error: null }
      : {
          model: outcome.model,
          text: null,
          weight: outcome.weight,
          error: { code: outcome.error.code, message: outcome.error.message },
        },
  );
  if (agreement < threshold) {
    throw new LlmspellError("llm.no_consensus", `the models agree to ${agreement.toFixed(2)}, less than ${threshold}`, {
      details: { agreement, threshold, votes },
      hint: "Ask for a shorter or a stricter form of answer, or lower the threshold.",
    });
  }
  const { model, text } = ballots[winner] as Ballot;
  let usage = NO_USAGE;
  let cost: number | null = 0;
  for (const { answer } of ballots) {
    usage = addUsage(usage, answer.usage);
    cost = cost === null || answer.cost === null ? null : cost + answer.cost;
  }
  const fields = { content: text, model, agreement, votes, usage, cost };
  return new TextValue(text, fields as unknown as ScriptObject);
}

export const consensusMethods = {
  consensus: method({
    summary:
      "Asks several models the same and answers with what they agree on: a text with `model`, `agreement`, `votes`, `usage`, `cost`. Without a prompt an object with `chat` and `complete`. Models that fail have no vote. Throws llm.no_consensus.",
    input: {
      models,
      prompt: z.union([prompt, consensusOptions]).optional(),
      options: consensusOptions.optional(),
    },
    output: z.union([consensusAnswer, handle("llm.consensus")]),
    signatures: [
      { input: { models, prompt, options: consensusOptions.optional() }, output: consensusAnswer },
      { input: { models, options: consensusOptions.optional() }, output: handle("llm.consensus") },
    ],
    effect: "local",
    async run({ models: names, prompt: given, options: more }, ctx) {
      const bare = isOptions(given);
      const settled = consensusOptions.parse((bare ? given : more) ?? {});
      const state = { models: names, options: settled };
      return given === undefined || bare
        ? ctx.handle<ConsensusState>("llm.consensus", state)
        : ask(state, given as PromptInput, ctx);
    },
  }),
};

/** Options in the place of the prompt: a request says something. */
function isOptions(given: unknown): boolean {
  return (
    typeof given === "object" &&
    given !== null &&
    !Array.isArray(given) &&
    !("prompt" in given) &&
    !("messages" in given)
  );
}

/** `llm.consensus`: several models that answer together. */
export const consensusHandle: HandleDefinition = {
  summary: "Several models that answer together.",
  methods: Object.fromEntries(
    ["chat", "complete"].map((name) => [
      name,
      handleMethod<ConsensusState>()({
        summary: "Asks the models and answers with what they agree on.",
        input: { prompt, options: options.optional() },
        output: consensusAnswer,
        effect: "local",
        run: ({ prompt: input, options: more }, ctx, { state }) =>
          ask({ models: state.models, options: { ...state.options, ...more } }, input, ctx),
      }),
    ]),
  ),
};
