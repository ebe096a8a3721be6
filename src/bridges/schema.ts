import { z } from "zod";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue, callback } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { coerce } from "../schemas/coerce.ts";
import { compileSchema } from "../schemas/compile-schema.ts";
import { customProblems } from "../schemas/custom-checks.ts";
import { diffSchemas } from "../schemas/diff-schemas.ts";
import { inferSchema } from "../schemas/infer-schema.ts";
import type { JsonSchema } from "../schemas/json-schema.ts";
import { mergeSchemas } from "../schemas/merge-schemas.ts";
import { toShortForm } from "../schemas/short-form.ts";
import { toOpenApi } from "../schemas/to-open-api.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { toJson, toSchema } from "./llm-json.ts";
import { pure } from "./pure-method.ts";
import { givenSchema, schemaOf, schemasOf } from "./schema-given.ts";

const problem = z.object({ path: z.string(), message: z.string() });
const change = z.object({
  path: z.string(),
  kind: z.enum(["added", "removed", "changed"]),
  breaking: z.boolean(),
  message: z.string(),
});
const local = { effect: "local", sync: true } as const;
const name = z.string().min(1).max(200);
const check = callback([anyValue, anyValue], anyValue, ["value", "parameter"]);
const asObject = (schema: JsonSchema) => schema as ScriptObject;

const validateOptions = z
  .strictObject({
    coerce: z.boolean().optional().describe("Make the value fit where nothing is lost by it. Default false."),
  })
  .optional();

/** `schema`: JSON Schema at work. */
export const schemaBridge = defineBridge({
  name: "schema",
  summary:
    'JSON Schema (2020-12), or the short form `{name = {type = "string", required = true}}`. Where a schema is wanted, the name of a registered one (`user`, `user@2`) is one too.',
  methods: {
    validate: method({
      summary:
        "Checks a value: `valid`, `errors` with their paths (JSON Pointers), and the `value`, made to fit with `coerce`. Throws schema.invalid for a schema that is none.",
      input: { schema: givenSchema, value: anyValue, options: validateOptions },
      output: z.object({ valid: z.boolean(), errors: z.array(problem), value: anyValue }),
      ...local,
      *run(input, ctx) {
        const schema = schemaOf(input.schema, ctx, "schema.validate");
        const compiled = compileSchema(schema);
        const value = input.options?.coerce ? coerce(input.value, schema) : input.value;
        const errors = compiled.problems(toJson(value, "schema.validate"));
        const custom = yield* customProblems(value, schema, schemasOf(ctx));
        // Objects of Lua have no order.
        errors.push(...custom.toSorted((one, other) => (one.path < other.path ? -1 : 1)));
        return { valid: errors.length === 0, errors, value: value ?? null };
      },
    }),
    coerce: method({
      summary:
        'A value made to fit a schema where nothing is lost by it: `"3"` to a number, `"true"` to a boolean, one value to a list of one, defaults filled in.',
      input: { schema: givenSchema, value: anyValue },
      output: anyValue,
      ...local,
      run: (input, ctx) => coerce(input.value, schemaOf(input.schema, ctx, "schema.coerce")),
    }),
    infer: pure({
      summary:
        "The narrowest plain schema that all values of a list fit: `infer([value])` for one. With `formats`, formats that all texts have.",
      input: {
        values: z.array(anyValue).min(1),
        options: z.strictObject({ formats: z.boolean().optional() }).optional(),
      },
      output: anyObject,
      run: ({ values, options }) =>
        asObject(
          inferSchema(
            values.map((value) => toJson(value, "schema.infer")),
            options,
          ),
        ),
    }),
    merge: method({
      summary:
        'One schema of several: what fits `"all"` (default; throws schema.invalid where nothing can) or `"any"` of them.',
      input: { schemas: z.array(givenSchema).min(1), mode: z.enum(["all", "any"]).default("all") },
      output: anyObject,
      ...local,
      run: ({ schemas, mode }, ctx) =>
        asObject(
          mergeSchemas(
            schemas.map((given) => schemaOf(given, ctx, "schema.merge")),
            mode,
          ),
        ),
    }),
    diff: method({
      summary:
        "What changed from one schema to another, and whether values that fitted the first may not fit the second.",
      input: { before: givenSchema, after: givenSchema },
      output: z.object({ breaking: z.boolean(), changes: z.array(change) }),
      ...local,
      run({ before, after }, ctx) {
        const changes = diffSchemas(schemaOf(before, ctx, "schema.diff"), schemaOf(after, ctx, "schema.diff"));
        return { breaking: changes.some(({ breaking }) => breaking), changes };
      },
    }),
    toJsonSchema: pure({
      summary:
        "JSON Schema of the short form. JSON Schema stays what it is. `required` says what a property is that does not say so itself.",
      input: { schema: anyObject, options: z.strictObject({ required: z.boolean().optional() }).optional() },
      output: anyObject,
      run: ({ schema, options }) => asObject(toSchema(schema, "schema.toJsonSchema", options?.required ?? false)),
    }),
    fromJsonSchema: pure({
      summary:
        "The short form of a JSON Schema of an object. Throws schema.invalid for what the short form cannot say.",
      input: { schema: anyObject },
      output: anyObject,
      run({ schema }) {
        const short = toShortForm(toSchema(schema, "schema.fromJsonSchema", false));
        if (short) return asObject(short);
        throw new LlmspellError(
          "schema.invalid",
          "the short form can only say objects whose properties have one type each",
        );
      },
    }),
    toOpenApi: method({
      summary: "Schemas by name as the `components` of an OpenAPI document, 3.1 by default.",
      input: {
        schemas: z.record(z.string(), givenSchema),
        options: z.strictObject({ version: z.enum(["3.0", "3.1"]).optional() }).optional(),
      },
      output: anyObject,
      ...local,
      run({ schemas, options }, ctx) {
        const entries = Object.entries(schemas).map(([key, given]) => [key, schemaOf(given, ctx, "schema.toOpenApi")]);
        return asObject(
          toOpenApi(Object.fromEntries(entries) as Record<string, JsonSchema>, options?.version ?? "3.1"),
        );
      },
    }),
    register: method({
      summary:
        "Makes a schema known to the run by a name and answers its version, from 1. The same schema again is the same version. With `compatible`, one that breaks the last version is refused (schema.invalid).",
      input: {
        name,
        schema: anyObject,
        options: z.strictObject({ description: z.string().optional(), compatible: z.boolean().optional() }).optional(),
      },
      output: z.int(),
      ...local,
      run(input, ctx) {
        if (/@\d+$/.test(input.name))
          throw new LlmspellError("input.invalid", "a schema's name does not end in a version");
        const schema = toSchema(input.schema, "schema.register", false);
        compileSchema(schema);
        ctx.charge(JSON.stringify(schema).length * 2);
        return schemasOf(ctx).versions.register(input.name, schema, input.options);
      },
    }),
    get: method({
      summary: "A registered schema: its last version, or that of a number. Throws schema.unknown.",
      input: { name, version: z.int().min(1).optional() },
      output: anyObject,
      ...local,
      run: (input, ctx) => asObject(schemasOf(ctx).versions.get(input.name, input.version).schema),
    }),
    list: method({
      summary: "The names of the registered schemas, sorted.",
      input: {},
      output: z.array(z.string()),
      ...local,
      run: (_, ctx) => schemasOf(ctx).versions.list(),
    }),
    versions: method({
      summary:
        "The versions of a registered schema, oldest first, and which broke the one before. Throws schema.unknown.",
      input: { name },
      output: z.array(z.object({ version: z.int(), breaking: z.boolean(), description: z.string().optional() })),
      ...local,
      run: (input, ctx) =>
        schemasOf(ctx)
          .versions.versions(input.name)
          .map(({ schema: _, ...about }) => about),
    }),
    addFormat: method({
      summary:
        "A format of your own for `validate`: `fn(value)` answers true where it is right, else false or a text that says what is wrong. Not looked for below anyOf and oneOf.",
      input: { name, fn: check },
      output: z.null(),
      ...local,
      run(input, ctx) {
        keep(schemasOf(ctx).formats, input.name, input.fn as never);
        return null;
      },
    }),
    addKeyword: method({
      summary:
        "A keyword of your own for `validate`: `fn(value, parameter)` gets what the schema says under it, and answers as a format does.",
      input: { name, fn: check },
      output: z.null(),
      ...local,
      run(input, ctx) {
        keep(schemasOf(ctx).keywords, input.name, input.fn as never);
        return null;
      },
    }),
  },
});

type Check = ((value: ScriptValue, parameter: ScriptValue) => unknown) & { retain(): void; release(): void };

/** In place of an earlier one of the name. */
function keep(checks: Map<string, unknown>, named: string, fn: Check): void {
  fn.retain();
  (checks.get(named) as Check | undefined)?.release();
  checks.set(named, fn);
}
