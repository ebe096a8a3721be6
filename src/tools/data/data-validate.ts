import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { compileSchema } from "../../schemas/compile-schema.ts";
import type { JsonSchema } from "../../schemas/json-schema.ts";
import { isPlainObject } from "../../values/script-value.ts";
import { defineTool } from "../tool.ts";
import type { ToolHost } from "../tool-host.ts";
import { dataSource, loadData } from "./data-source.ts";

export const dataValidate = defineTool({
  name: "data_validate",
  category: "data",
  description:
    "Checks data against a JSON Schema and answers every problem with its place; with each, every record of a list by itself.",
  tags: ["data", "validate", "schema", "json schema"],
  parameters: z.object({
    schema: z.record(z.string(), z.unknown()).optional().describe("JSON Schema."),
    schema_path: z.string().min(1).optional().describe("File with the JSON Schema (JSON or YAML), instead of schema."),
    ...dataSource,
    each: z.boolean().default(false).describe("The data is a list, and the schema is of its items."),
    max_problems: z.int().min(1).max(1000).default(100).describe("Most problems that are answered."),
  }),
  returns: z.object({
    valid: z.boolean(),
    problems: z.array(z.object({ path: z.string().describe("JSON Pointer."), message: z.string() })),
    checked: z.int().describe("Values checked."),
    invalid: z.int().describe("Of these, how many do not fit."),
  }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [
    {
      description: "Rows of a CSV file",
      args: {
        schema: { type: "object", properties: { amount: { type: "number", minimum: 0 } }, required: ["amount"] },
        path: "data.csv",
        each: true,
      },
    },
  ],
  async execute({ schema, schema_path: schemaPath, each, max_problems: most, ...source }, host) {
    const check = compileSchema(await loadSchema(schema, schemaPath, host));
    const data = await loadData(source, host);
    if (each && !Array.isArray(data)) throw new LlmspellError("input.invalid", "each wants data that is a list");
    const values: unknown[] = each ? (data as unknown[]) : [data];
    const problems = [];
    let invalid = 0;
    for (const [index, value] of values.entries()) {
      const found = check.problems(value);
      if (found.length > 0) invalid += 1;
      problems.push(...found.map(({ path, message }) => ({ path: each ? `/${index}${path}` : path, message })));
    }
    return { valid: invalid === 0, problems: problems.slice(0, most), checked: values.length, invalid };
  },
});

async function loadSchema(
  schema: JsonSchema | undefined,
  path: string | undefined,
  host: ToolHost,
): Promise<JsonSchema> {
  if ((schema === undefined) === (path === undefined)) {
    throw new LlmspellError("input.invalid", "pass the schema: either schema or schema_path");
  }
  const loaded = schema ?? (await loadData({ path }, host));
  if (isPlainObject(loaded)) return loaded;
  throw new LlmspellError("schema.invalid", `"${path}" holds no JSON Schema: it is no object`);
}
