import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue, callback } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import type { JsonSchema } from "../schemas/json-schema.ts";
import type { SchemaProblem } from "../schemas/compile-schema.ts";
import { readStructured } from "../schemas/read-structured.ts";
import { StructuredStream } from "../schemas/structured-stream.ts";
import { isPlainObject, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import { toSchema } from "./llm-json.ts";
import { toRequest } from "./llm-request.ts";
import {
  type AnswerData,
  pieceText,
  content,
  generation,
  message,
  objectOptions,
  objectPrompt,
} from "./llm-schemas.ts";
import { objectOfModel, streamModel } from "./model-calls.ts";

type ObjectPrompt = z.output<typeof objectPrompt>;
type ObjectOptions = z.output<typeof objectOptions>;

interface ValueCall {
  input: ObjectPrompt;
  options: ObjectOptions | undefined;
  schema: JsonSchema;
}

/** Asks for a value that fits a schema. */
async function askValue(call: ValueCall, ctx: CallContext, name: string): Promise<ScriptValue> {
  const { request, repairs } = valueRequest(call, ctx, name);
  return (await objectOfModel(ctx, request, repairs)).value;
}

/** Providers that take objects alone were asked for `{value}`. */
function unwrapped(partial: ScriptValue | undefined, schema: JsonSchema): ScriptValue | undefined {
  const isObject = schema.type === "object" || schema.properties !== undefined;
  return isObject || !isPlainObject(partial) || !("value" in partial) ? partial : partial["value"];
}

function noObject({ model, provider, content }: AnswerData, problems: readonly SchemaProblem[]): LlmspellError {
  const [first] = problems;
  const why = first ? `${first.path}: ${first.message}` : "the answer holds no JSON";
  return new LlmspellError("provider.no_object", `${provider} (${model}) gave no value that fits the schema: ${why}`, {
    details: { provider, model, problems, text: String(content).slice(0, 10_000) },
    hint: "llm.object asks the model again for what does not fit.",
  });
}

function valueRequest({ input, options, schema }: ValueCall, ctx: CallContext, name: string) {
  const whole = typeof input === "object" && !Array.isArray(input);
  const {
    schema: _,
    schemaName,
    repairs,
    ...request
  } = (whole ? { ...input, ...options } : { ...options }) as ObjectOptions;
  const built = toRequest(whole ? (request as never) : (input as never), whole ? undefined : request, ctx, name);
  return { request: { ...built, schema, ...(schemaName === undefined ? {} : { schemaName }) }, repairs };
}

function schemaOf(input: ObjectPrompt, options: ObjectOptions | undefined, name: string): JsonSchema {
  const given = (typeof input === "object" && !Array.isArray(input) ? input.schema : undefined) ?? options?.schema;
  if (given === undefined)
    throw new LlmspellError("input.invalid", `${name}: the schema is missing`, {
      hint: `Use ${name}({schema, prompt}).`,
    });
  return toSchema(given, name, true);
}

const options = objectOptions.optional();
const labels = z.array(z.string()).min(1);
const pick = { ...generation, prompt: content.optional(), messages: z.array(message).optional() };
const enumRequest = z
  .strictObject({
    ...pick,
    values: labels.optional(),
    options: labels.optional(),
    enum: labels.optional(),
  })
  .meta({ title: "EnumRequest" });
const classifyRequest = z
  .strictObject({
    ...generation,
    text: z.string(),
    labels,
    multiple: z.boolean().optional(),
    instructions: z.string().optional(),
  })
  .meta({ title: "ClassifyRequest" });
const extractRequest = z
  .strictObject({
    ...generation,
    text: z.string(),
    schema: anyObject,
    instructions: z.string().optional(),
    repairs: z.number().int().min(0).max(5).optional(),
  })
  .meta({ title: "ExtractRequest" });

/** Structured output: values instead of prose, validated. All fail with `provider.no_object` when the model gives none that fits. */
export const valueMethods = {
  object: method({
    summary:
      "A value that fits a JSON Schema: repaired, validated, and asked for again where it does not fit. `object({schema, prompt, ...})` or `object(prompt, {schema, ...})`.",
    input: { prompt: objectPrompt, options },
    output: anyValue,
    effect: "local",
    run: ({ prompt, options: more }, ctx) =>
      askValue({ input: prompt, options: more, schema: schemaOf(prompt, more, "llm.object") }, ctx, "llm.object"),
  }),
  streamObject: method({
    summary:
      "A value as `object` makes it, while it is written: the function gets what is there so far, each time that changes. Answers with the whole; one that does not fit is not asked for again (provider.no_object).",
    input: { prompt: objectPrompt, onPartial: callback([anyValue], anyValue, ["partial"]), options },
    output: anyValue,
    effect: "local",
    async run({ prompt, options: more, onPartial }, ctx) {
      const schema = schemaOf(prompt, more, "llm.streamObject");
      const stream = new StructuredStream("json", schema);
      let before = "";
      const response = await streamModel(
        ctx,
        valueRequest({ input: prompt, options: more, schema }, ctx, "llm.streamObject").request,
        async (piece) => {
          const partial = unwrapped(stream.push(pieceText(piece)), schema);
          if (partial === undefined) return;
          const now = JSON.stringify(partial);
          if (now === before) return;
          before = now;
          await onPartial(partial);
        },
      );
      const reading = stream.finish() ?? readStructured(response.content, "json", schema);
      if (reading && reading.problems.length === 0) return reading.value ?? null;
      throw noObject(response, reading?.problems ?? []);
    },
  }),
  array: method({
    summary: "A list of values that each fit a JSON Schema; without a schema, of texts.",
    input: { prompt: objectPrompt, options },
    output: z.array(anyValue),
    effect: "local",
    async run({ prompt, options: more }, ctx) {
      const given = (typeof prompt === "object" && !Array.isArray(prompt) ? prompt.schema : undefined) ?? more?.schema;
      const items = given === undefined ? { type: "string" } : toSchema(given, "llm.array", true);
      const schema = items.type === "array" ? items : { type: "array", items };
      return (await askValue({ input: prompt, options: more, schema }, ctx, "llm.array")) as ScriptValue[];
    },
  }),
  enum: method({
    summary: "One of the given values: `enum(prompt, values)` or `enum({prompt, values, ...})`.",
    input: { prompt: z.union([z.string(), enumRequest]), values: labels.optional(), options },
    output: z.string(),
    effect: "local",
    async run({ prompt, values, options: more }, ctx) {
      const {
        values: a,
        options: b,
        enum: c,
        ...request
      } = typeof prompt === "string" ? { prompt, values: undefined, options: undefined, enum: undefined } : prompt;
      const choices = values ?? a ?? b ?? c;
      if (!choices) throw new LlmspellError("input.invalid", "llm.enum: the values to choose from are missing");
      return (await askValue(
        { input: request as ObjectPrompt, options: more, schema: { type: "string", enum: choices } },
        ctx,
        "llm.enum",
      )) as string;
    },
  }),
  classify: method({
    summary:
      "The label that fits a text: `classify(text, labels)` or `classify({text, labels, multiple, instructions})`. With `multiple`, a list of labels.",
    input: {
      text: z.union([z.string(), classifyRequest]),
      labels: labels.optional(),
      options: z
        .strictObject({ ...generation, multiple: z.boolean().optional(), instructions: z.string().optional() })
        .optional(),
    },
    output: z.union([z.string(), z.array(z.string())]),
    effect: "local",
    async run({ text, labels: given, options: more }, ctx) {
      const request = typeof text === "string" ? { text, ...more } : { ...text, ...more };
      const choices = given ?? (typeof text === "string" ? undefined : text.labels);
      if (!choices) throw new LlmspellError("input.invalid", "llm.classify: the labels are missing");
      const { text: subject, labels: _, multiple, instructions, ...rest } = request as z.output<typeof classifyRequest>;
      const one = { type: "string", enum: choices };
      const schema = multiple ? { type: "array", items: one, uniqueItems: true } : one;
      const names = choices.map((label) => JSON.stringify(label)).join(", ");
      const asking = `Classify the text with ${multiple ? "every label that fits" : "the one label that fits best"} of ${names}.`;
      const prompt = `${instructions === undefined ? "" : `${instructions}\n`}${asking}\n\nText: ${subject}`;
      return (await askValue(
        { input: { ...rest, prompt } as ObjectPrompt, options: undefined, schema },
        ctx,
        "llm.classify",
      )) as string | string[];
    },
  }),
  extract: method({
    summary:
      "What a text says, as a value of a schema: `extract(text, schema)` or `extract({text, schema, instructions})`.",
    input: { text: z.union([z.string(), extractRequest]), schema: anyObject.optional(), options },
    output: anyValue,
    effect: "local",
    async run({ text, schema: given, options: more }, ctx) {
      const request = typeof text === "string" ? { text, schema: given, instructions: undefined } : text;
      const wanted = given ?? request.schema;
      if (wanted === undefined) throw new LlmspellError("input.invalid", "llm.extract: the schema is missing");
      const { text: subject, schema: _, instructions, ...rest } = request as z.output<typeof extractRequest>;
      const prompt = `${instructions ?? "Extract the data from the text. Use only what the text says."}\n\nText: ${subject}`;
      return askValue(
        {
          input: { ...rest, prompt } as ObjectPrompt,
          options: more,
          schema: toSchema(wanted as ScriptObject, "llm.extract", true),
        },
        ctx,
        "llm.extract",
      );
    },
  }),
};
