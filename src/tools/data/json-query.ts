import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import { dataSource, loadData } from "./data-source.ts";

export const jsonQuery = defineTool({
  name: "json_query",
  category: "data",
  description:
    'Answers a JMESPath query over JSON (or YAML, TOML, CSV, XML) data, e.g. "items[?price > `10`].name" or "length(users)".',
  tags: ["json", "query", "jmespath", "extract"],
  parameters: z.object({ query: z.string().min(1).max(10_000).describe("JMESPath expression."), ...dataSource }),
  returns: z.object({
    result: z.unknown().describe("Null where nothing fits."),
    count: z.int().optional().describe("Of a list."),
  }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [
    { description: "Names out of a file", args: { query: "items[].name", path: "data.json" } },
    {
      description: "Of data",
      args: {
        query: "max_by(@, &age).name",
        data: [
          { name: "Ann", age: 41 },
          { name: "Bo", age: 7 },
        ],
      },
    },
  ],
  async execute({ query, ...source }, host) {
    const result = await searchData(await loadData(source, host), query);
    return { result, ...(Array.isArray(result) ? { count: result.length } : {}) };
  },
});

/** Throws `parse.invalid` for a wrong query, `input.invalid` where a function gets data of another type. */
export async function searchData(data: unknown, query: string): Promise<unknown> {
  const { default: jmespath } = await import("jmespath");
  try {
    return (jmespath.search(data, query) as unknown) ?? null;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const isSyntax = cause instanceof Error && /^(Parser|Lexer)Error$/.test(cause.name);
    throw new LlmspellError(
      isSyntax ? "parse.invalid" : "input.invalid",
      `the query ${JSON.stringify(query.slice(0, 200))} fails: ${reason}`,
      {
        cause,
        hint: "JMESPath: a.b, list[0], list[*].name, list[?age > `18`], sort_by(list, &age); numbers and JSON stand in backticks, texts in single quotes.",
      },
    );
  }
}
