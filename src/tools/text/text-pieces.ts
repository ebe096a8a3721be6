import { z } from "zod";
import { defineTool } from "../tool.ts";

export const tokenCount = defineTool({
  name: "token_count",
  category: "text",
  description:
    "Estimates how many tokens a text is for a language model, without calling one. Use it before sending long texts.",
  tags: ["tokens", "count", "model"],
  parameters: z.object({
    text: z.string().describe("The text."),
    limit: z.int().min(1).optional().describe("A number of tokens that it should fit into."),
  }),
  returns: z.object({ tokens: z.int(), characters: z.int(), fits: z.boolean().nullable() }),
  effect: "pure",
  permissions: [],
  examples: [{ description: "Of a sentence", args: { text: "How long is this?", limit: 100 } }],
  async execute({ text, limit }, { helper }) {
    const tokens = (await helper("llm", "countTokens", [text])) as number;
    return { tokens, characters: [...text].length, fits: limit === undefined ? null : tokens <= limit };
  },
});

export const textSplit = defineTool({
  name: "text_split",
  category: "text",
  description:
    "Splits a text at a separator, or into pieces of at most `size` characters, words or lines, or of whole sentences or paragraphs. Use it before models or embeddings.",
  tags: ["split", "chunk", "embeddings"],
  parameters: z.object({
    text: z.string().describe("The text."),
    by: z
      .enum(["separator", "chars", "words", "lines", "sentences", "paragraphs"])
      .default("paragraphs")
      .describe("What pieces are made of."),
    size: z
      .int()
      .min(1)
      .default(2000)
      .describe(
        "Most units of a piece: characters, words or lines; sentences and paragraphs are packed up to so many characters.",
      ),
    overlap: z.int().min(0).default(0).describe("Units that each piece repeats of the one before; less than size."),
    separator: z.string().min(1).max(1000).default("\n").describe("Where `by` is separator: the text between pieces."),
  }),
  returns: z.object({ count: z.int(), pieces: z.array(z.string()) }),
  effect: "pure",
  permissions: [],
  examples: [
    { description: "Pieces of three words", args: { text: "one two three four five", by: "words", size: 3 } },
    { description: "At commas", args: { text: "a,b,c", by: "separator", separator: "," } },
  ],
  async execute({ text, by, size, overlap, separator }, { helper }) {
    const pieces = (await (by === "separator"
      ? helper("text", "split", [text, separator])
      : helper("text", "chunk", [text, { size, overlap, by }]))) as string[];
    return { count: pieces.length, pieces };
  },
});
