import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { nearestName } from "../../values/nearest-name.ts";
import { defineTool } from "../tool.ts";

const MOST_KEYS = 1000;
const MOST_CHARACTERS = 100_000;

const key = z.string().min(1).max(200).describe("A short name for it, e.g. `customer.name`.");

export const memoryStore = defineTool({
  name: "memory_store",
  category: "memory",
  description:
    "Remembers a value under a name for the rest of this run: facts, decisions, interim results. What was there under the name is replaced.",
  tags: ["memory", "remember", "note"],
  parameters: z.object({ key, value: z.unknown().describe("Text or data.") }),
  returns: z.object({ key: z.string(), replaced: z.boolean() }),
  effect: "local",
  idempotent: true,
  permissions: [],
  examples: [{ description: "A fact", args: { key: "customer.name", value: "Ada Lovelace" } }],
  execute({ key: name, value }, { memory }) {
    if (value === undefined || value === null)
      throw new LlmspellError("input.invalid", "memory_store wants a value", { hint: "memory_forget removes one." });
    const size = typeof value === "string" ? value.length : JSON.stringify(value).length;
    if (size > MOST_CHARACTERS)
      throw new LlmspellError("value.too_large", `a memory may have ${MOST_CHARACTERS} characters, this has ${size}`, {
        hint: "Keep the gist, or write the whole to a file.",
      });
    const replaced = memory.get(name) !== undefined;
    if (!replaced && memory.entries().length >= MOST_KEYS)
      throw new LlmspellError("input.invalid", `the memory holds ${MOST_KEYS} values already`, {
        hint: "Forget some with memory_forget.",
      });
    memory.set(name, value);
    return { key: name, replaced };
  },
});

export const memoryRecall = defineTool({
  name: "memory_recall",
  category: "memory",
  description: "Answers what was remembered under a name, or everything whose name or text holds the words of a query.",
  tags: ["memory", "recall", "search"],
  parameters: z.object({
    key: key.optional(),
    query: z.string().min(1).max(1000).optional().describe("Instead of a key: words to look for, in any case."),
  }),
  returns: z.object({
    found: z.boolean(),
    value: z.unknown().describe("Of the key; null where there is none, and for queries."),
    matches: z.array(z.object({ key: z.string(), value: z.unknown() })).describe("What the query found."),
    similar: z.string().nullable().describe("A key like the one that is not there."),
  }),
  effect: "local",
  permissions: [],
  examples: [{ description: "By words", args: { query: "customer" } }],
  execute({ key: name, query }, { memory }) {
    if ((name === undefined) === (query === undefined))
      throw new LlmspellError("input.invalid", "memory_recall wants either key or query");
    const entries = memory.entries();
    if (name !== undefined) {
      const value = memory.get(name);
      const similar =
        value === undefined
          ? nearestName(
              name,
              entries.map(([each]) => each),
            )
          : undefined;
      return { found: value !== undefined, value: value ?? null, matches: [], similar: similar ?? null };
    }
    const words = (query as string)
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    const holds = ([each, value]: [string, unknown]) => {
      const text = `${each} ${typeof value === "string" ? value : JSON.stringify(value)}`.toLowerCase();
      return words.every((word) => text.includes(word));
    };
    const matches = entries.filter(holds).map(([each, value]) => ({ key: each, value }));
    return { found: matches.length > 0, value: null, matches, similar: null };
  },
});

export const memoryList = defineTool({
  name: "memory_list",
  category: "memory",
  description: "Lists the names of everything that is remembered, with the beginning of each value.",
  tags: ["memory", "list"],
  parameters: z.object({ prefix: z.string().max(200).default("").describe("Only names that begin so.") }),
  returns: z.object({ count: z.int(), memories: z.array(z.object({ key: z.string(), preview: z.string() })) }),
  effect: "local",
  permissions: [],
  examples: [{ description: "All", args: {} }],
  execute({ prefix }, { memory }) {
    const memories = memory.entries().flatMap(([name, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      const preview = text.length > 80 ? `${text.slice(0, 77)}...` : text;
      return name.startsWith(prefix) ? [{ key: name, preview }] : [];
    });
    return { count: memories.length, memories };
  },
});

export const memoryForget = defineTool({
  name: "memory_forget",
  category: "memory",
  description: "Forgets what was remembered under a name.",
  tags: ["memory", "forget", "delete"],
  parameters: z.object({ key }),
  returns: z.object({ forgotten: z.boolean().describe("False where there was nothing.") }),
  effect: "local",
  idempotent: true,
  permissions: [],
  examples: [{ description: "One", args: { key: "customer.name" } }],
  execute: ({ key: name }, { memory }) => ({ forgotten: memory.delete(name) }),
});
