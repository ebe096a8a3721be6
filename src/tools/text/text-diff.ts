import { z } from "zod";
import { defineTool } from "../tool.ts";

export const textDiff = defineTool({
  name: "text_diff",
  category: "text",
  description:
    "Compares two texts line by line and answers a unified diff with the numbers of added and removed lines. Use it to see what changed.",
  tags: ["diff", "compare", "patch"],
  parameters: z.object({
    before: z.string().describe("The old text."),
    after: z.string().describe("The new text."),
    context: z.int().min(0).max(1000).default(3).describe("Unchanged lines around each change."),
    before_name: z.string().max(200).default("before").describe("Name of the old text in the diff."),
    after_name: z.string().max(200).default("after").describe("Name of the new text in the diff."),
  }),
  returns: z.object({ equal: z.boolean(), added: z.int(), removed: z.int(), diff: z.string() }),
  effect: "pure",
  permissions: [],
  examples: [{ description: "One line changed", args: { before: "a\nb\n", after: "a\nc\n" } }],
  async execute({ before, after, context, before_name: from, after_name: to }, { helper }) {
    const diff = (await helper("text", "diff", [before, after, { context, from, to }])) as string;
    const lines = diff.split("\n").slice(2);
    const count = (mark: string) => lines.filter((line) => line.startsWith(mark)).length;
    return { equal: before === after, added: count("+"), removed: count("-"), diff };
  },
});
