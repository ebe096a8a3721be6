import { z } from "zod";
import { defineTool } from "../tool.ts";

const text = z.string().describe("The text to search.");
const pattern = z
  .string()
  .max(10_000)
  .describe("A regular expression in RE2 syntax: no lookaround, no backreferences. Time grows linearly with the text.");
const flags = z
  .string()
  .regex(/^[ims]{0,3}$/, "only the flags i, m and s exist")
  .optional()
  .describe("Of i (ignore case), m (^ and $ at each line), s (. matches newlines).");

interface Match {
  text: string;
  index: number;
  groups: (string | null)[];
  named: Record<string, string | null>;
}

export const regexExtract = defineTool({
  name: "regex_extract",
  category: "text",
  description:
    "Finds all matches of a regular expression in a text, with their captured groups. Use it to take numbers, addresses or fields out of text.",
  tags: ["regex", "search", "extract"],
  parameters: z.object({
    text,
    pattern,
    flags,
    max_results: z.int().min(1).max(10_000).default(1000).describe("Most matches that are answered."),
  }),
  returns: z.object({
    count: z.int().describe("How many matches are answered."),
    truncated: z.boolean().describe("Whether there are more."),
    matches: z.array(
      z.object({
        text: z.string(),
        index: z.int().describe("Where it starts, in characters from 0."),
        groups: z.array(z.string().nullable()),
        named: z.record(z.string(), z.string().nullable()),
      }),
    ),
  }),
  effect: "pure",
  permissions: [],
  examples: [
    { description: "All numbers", args: { text: "3 pears, 12 plums", pattern: "\\d+" } },
    { description: "Named groups", args: { text: "due 2026-03-01", pattern: "(?P<year>\\d{4})-(?P<month>\\d\\d)" } },
  ],
  async execute({ max_results: most, flags: given, ...input }, { helper }) {
    const options = { limit: most + 1, ...(given === undefined ? {} : { flags: given }) };
    const found = (await helper("regex", "findAll", [input.text, input.pattern, options])) as Match[];
    const matches = found.slice(0, most).map(({ text: matched, index, groups, named }) => ({
      text: matched,
      index,
      groups,
      named: { ...named },
    }));
    return { count: matches.length, truncated: found.length > most, matches };
  },
});

export const regexReplace = defineTool({
  name: "regex_replace",
  category: "text",
  description:
    "Replaces the matches of a regular expression in a text. In the replacement $1, $<name> and $& stand for groups and the match, $$ for a dollar.",
  tags: ["regex", "replace"],
  parameters: z.object({
    text,
    pattern,
    replacement: z.string().describe("What each match becomes."),
    flags,
    limit: z.int().min(1).optional().describe("Most replacements, from the left. Default: all."),
  }),
  returns: z.object({ text: z.string(), changed: z.boolean() }),
  effect: "pure",
  permissions: [],
  examples: [
    {
      description: "Swap the parts of a date",
      args: { text: "2026-03-01", pattern: "(\\d+)-(\\d+)-(\\d+)", replacement: "$3.$2.$1" },
    },
  ],
  async execute({ text: before, pattern: wanted, replacement, flags: given, limit }, { helper }) {
    const options = { ...(given === undefined ? {} : { flags: given }), ...(limit === undefined ? {} : { limit }) };
    const after = await helper("regex", "replace", [before, wanted, replacement, options]);
    return { text: after, changed: after !== before };
  },
});
