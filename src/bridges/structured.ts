import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, handleMethod, method } from "../bridge/define-bridge.ts";
import { anyValue, handle } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import type { JsonSchema } from "../schemas/json-schema.ts";
import { type StructuredReading, type TextFormat, readStructured } from "../schemas/read-structured.ts";
import { schemaPrompt } from "../schemas/schema-prompt.ts";
import { StructuredStream } from "../schemas/structured-stream.ts";
import { writeStructured } from "../schemas/write-structured.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { toPlain } from "./plain-data.ts";
import { givenSchema, schemaOf } from "./schema-given.ts";

const MAX_TEXT = 16 * 1024 * 1024;
const format = z.enum(["json", "yaml", "xml"]);
const options = z
  .strictObject({
    format: format.optional().describe("Default json."),
    schema: givenSchema.optional().describe("What the value must fit; or the name of a registered schema."),
  })
  .optional();
const text = z.string().max(MAX_TEXT);
const problems = z.array(z.object({ path: z.string(), message: z.string() }));
const local = { effect: "local", sync: true } as const;
const ofStream = handleMethod<StructuredStream>();

type Options = z.output<typeof options>;

const settingsOf = (given: Options, ctx: CallContext, name: string): { format: TextFormat; schema?: JsonSchema } => ({
  format: given?.format ?? "json",
  ...(given?.schema === undefined ? {} : { schema: schemaOf(given.schema as string | ScriptObject, ctx, name) }),
});

/** The value of what was read. Throws `parse.invalid`, `schema.mismatch`. */
function valueOf(reading: StructuredReading | undefined, given: string, of: TextFormat): ScriptValue {
  const shown = given.length > 200 ? `${given.slice(0, 199)}…` : given;
  if (!reading) {
    throw new LlmspellError("parse.invalid", `the text holds no ${of.toUpperCase()}`, { details: { text: shown } });
  }
  const [first] = reading.problems;
  if (!first) return reading.value ?? null;
  throw new LlmspellError("schema.mismatch", `what was read does not fit the schema: ${first.path}: ${first.message}`, {
    details: { problems: reading.problems, text: shown, repaired: reading.repaired },
    hint: "structured.inspect answers the value and what is wrong with it instead of failing.",
  });
}

/** `structured`: values out of what models write. */
export const structuredBridge = defineBridge({
  name: "structured",
  summary:
    "Values out of the text of a model, in JSON, YAML or XML: out of fences and prose, with trailing commas, single quotes, comments, bare keys and Python's literals, also when it is cut off.",
  methods: {
    parse: method({
      summary:
        "The value that a text means; with a schema the first in it that fits, made to fit where nothing is lost. Throws parse.invalid where there is none, schema.mismatch where none fits.",
      input: { text, options },
      output: anyValue,
      ...local,
      run(input, ctx) {
        const { format: of, schema } = settingsOf(input.options, ctx, "structured.parse");
        return valueOf(readStructured(input.text, of, schema), input.text, of);
      },
    }),
    inspect: method({
      summary:
        "The same without failing: whether there is a value that fits, the value, what was repaired, and where it does not fit.",
      input: { text, options },
      output: z.object({ valid: z.boolean(), value: anyValue, repaired: z.array(z.string()), problems }),
      ...local,
      run(input, ctx) {
        const { format: of, schema } = settingsOf(input.options, ctx, "structured.inspect");
        const reading = readStructured(input.text, of, schema);
        if (!reading) {
          const problem = { path: "", message: `The text holds no ${of.toUpperCase()}.` };
          return { valid: false, value: null, repaired: [], problems: [problem] };
        }
        return { valid: reading.problems.length === 0, ...reading, value: reading.value ?? null };
      },
    }),
    stringify: method({
      summary:
        "Writes a value: JSON and YAML as they are, XML with the element `root` (default `value`), keys `@name` as attributes.",
      input: {
        value: anyValue,
        options: z
          .strictObject({
            format: format.optional(),
            root: z.string().min(1).optional(),
            indent: z.int().min(0).max(10).optional(),
          })
          .optional(),
      },
      output: z.string(),
      effect: "pure",
      sync: true,
      run: ({ value, options: given }) =>
        writeStructured(plainOf(value), given?.format ?? "json", {
          root: given?.root ?? "value",
          indent: given?.indent ?? 2,
        }),
    }),
    prompt: method({
      summary: "Instructions for a model that shall answer in this form.",
      input: { schema: givenSchema, format: format.default("json") },
      output: z.string(),
      ...local,
      run: (input, ctx) => schemaPrompt(schemaOf(input.schema, ctx, "structured.prompt"), input.format),
    }),
    stream: method({
      summary: "Reads a value while its text comes in pieces.",
      input: { options },
      output: handle("structured.stream"),
      ...local,
      run(input, ctx) {
        const { format: of, schema } = settingsOf(input.options, ctx, "structured.stream");
        return ctx.handle("structured.stream", new StructuredStream(of, schema), { format: of });
      },
    }),
  },
  handles: {
    "structured.stream": {
      summary: "A value whose text comes in pieces.",
      fields: { format },
      methods: {
        push: ofStream({
          summary:
            "Takes a piece of the text and answers what of the value is there so far, nil where that is nothing. Never fails for what the text is.",
          input: { piece: z.string() },
          output: anyValue,
          ...local,
          run(input, ctx, { state }) {
            ctx.charge(input.piece.length * 2);
            return state.push(input.piece) ?? null;
          },
        }),
        value: ofStream({
          summary: "What is there so far.",
          input: {},
          output: anyValue,
          ...local,
          run: (_, __, { state }) => state.value ?? null,
        }),
        finish: ofStream({
          summary: "The whole value. Throws parse.invalid, schema.mismatch.",
          input: {},
          output: anyValue,
          ...local,
          run: (_, __, { state }) => valueOf(state.finish(), state.text, state.format),
        }),
      },
    },
  },
});

function plainOf(value: ScriptValue): ScriptValue {
  return toPlain(value ?? null, {
    method: "structured.stringify",
    bytes: (data) => Buffer.from(data).toString("base64"),
    bigint: (integer) => (Number.isSafeInteger(Number(integer)) ? Number(integer) : String(integer)),
    nonFinite: () => null,
  }) as ScriptValue;
}
