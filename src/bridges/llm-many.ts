import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { type HandleDefinition, handleMethod, method } from "../bridge/define-bridge.ts";
import { anyValue, handle } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import type { ModelRequest } from "../models/types.ts";
import type { ScriptValue, TextValue } from "../values/script-value.ts";
import { toAnswer } from "./llm-answer.ts";
import { toRequest } from "./llm-request.ts";
import { answer, options, type OptionsInput, prompt, type PromptInput, request } from "./llm-schemas.ts";
import { callModel, raceModels } from "./model-calls.ts";

const models = z.array(z.string()).min(1);
const result = z.union([
  answer,
  z.custom<LlmspellError>((value) => LlmspellError.is(value), { error: "expected an error" }),
]);

/** How several models stand for one. */
interface Group {
  mode: "fallback" | "fastest";
  models: string[];
}

async function ask(
  { mode, models: names }: Group,
  input: PromptInput,
  more: OptionsInput | undefined,
  ctx: CallContext,
): Promise<TextValue> {
  const requests = names.map((model) => toRequest(withModel(input, model), { ...more, model }, ctx, `llm.${mode}`));
  if (mode === "fastest") return toAnswer(await raceModels(ctx, requests));
  const [first] = requests;
  const whole = { ...(first as ModelRequest), fallback: names.slice(1) };
  return toAnswer(await callModel(ctx, whole));
}

function withModel(input: PromptInput, model: string): PromptInput {
  if (typeof input === "string" || Array.isArray(input)) return input;
  const { provider: _, ...rest } = input;
  return { ...rest, model };
}

function group(mode: Group["mode"], summary: string) {
  return method({
    summary: `${summary} With a prompt the answer, without one an object with \`chat\` and \`complete\`.`,
    input: { models, prompt: prompt.optional(), options: options.optional() },
    output: z.union([answer, handle("llm.group")]),
    signatures: [
      { input: { models, prompt, options: options.optional() }, output: answer },
      { input: { models }, output: handle("llm.group") },
    ],
    effect: "local",
    async run({ models: names, prompt: input, options: more }, ctx) {
      const own: Group = { mode, models: names };
      return input === undefined ? ctx.handle("llm.group", own) : ask(own, input, more, ctx);
    },
  });
}

/** Calls `work` for each item, at most `limit` at a time; results in the order of the items. */
async function mapLimited<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}

async function settle(run: () => Promise<TextValue>): Promise<TextValue | LlmspellError> {
  try {
    return await run();
  } catch (error) {
    if (LlmspellError.is(error) && !error.final) return error;
    throw error;
  }
}

async function generate(
  input: PromptInput,
  more: OptionsInput | undefined,
  ctx: CallContext,
  name: string,
): Promise<TextValue> {
  return toAnswer(await callModel(ctx, toRequest(input, more, ctx, name)));
}

/** Several calls, or several models, at once. */
export const manyMethods = {
  batch: method({
    summary:
      "Answers to several prompts or requests, in their order. A failed one is an error value in its place, so that the others are not lost.",
    input: {
      requests: z.array(z.union([z.string(), request])),
      options: options
        .extend({ concurrency: z.number().int().min(1).max(100).optional().describe("Default 4.") })
        .optional(),
    },
    output: z.array(result),
    effect: "local",
    run({ requests, options: given }, ctx) {
      const { concurrency = 4, ...more } = given ?? {};
      const settings = (each: string | z.output<typeof request>): OptionsInput =>
        typeof each === "string" ? more : { ...more, ...settingsOf(each) };
      return mapLimited(requests, concurrency, (each) =>
        settle(() => generate(each, settings(each), ctx, "llm.batch")),
      );
    },
  }),
  compare: method({
    summary:
      "The answers of several models to the same prompt: a list of `{model, answer}` or `{model, error}`, in the order of the models.",
    input: { models, prompt, options: options.optional() },
    output: z.array(z.object({ model: z.string(), answer: answer.optional(), error: anyValue.optional() })),
    effect: "local",
    run: ({ models: names, prompt: input, options: more }, ctx) =>
      Promise.all(
        names.map(async (model) => {
          const outcome = await settle(() => generate(withModel(input, model), { ...more, model }, ctx, "llm.compare"));
          return LlmspellError.is(outcome) ? { model, error: outcome as ScriptValue } : { model, answer: outcome };
        }),
      ),
  }),
  fallback: group(
    "fallback",
    "The answer of the first of several models that can give one: the next is asked when one is unreachable, overloaded, out of quota or too small.",
  ),
  fastest: group("fastest", "The answer of whichever of several models is first; the others are cancelled."),
};

function settingsOf(each: z.output<typeof request>): OptionsInput {
  const { prompt: _, messages: __, ...rest } = each;
  return rest;
}

/** `llm.group`: several models that stand for one. */
export const groupHandle: HandleDefinition = {
  summary: "Several models that stand for one, as `fallback` or `fastest` made it.",
  methods: Object.fromEntries(
    ["chat", "complete"].map((name) => [
      name,
      handleMethod<Group>()({
        summary: "Asks the models.",
        input: { prompt, options: options.optional() },
        output: answer,
        effect: "local",
        run: ({ prompt: input, options: more }, ctx, { state }) => ask(state, input, more, ctx),
      }),
    ]),
  ),
};
