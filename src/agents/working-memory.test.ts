import { describe, expect, it } from "vitest";
import { type AgentMessage, NO_AGENT_USAGE } from "./messages.ts";
import { type MemoryRules, WorkingMemory } from "./working-memory.ts";

const user = (content: string): AgentMessage => ({ role: "user", content });
const assistant = (content: string): AgentMessage => ({ role: "assistant", content });
const called: AgentMessage = { role: "assistant", content: "", toolCalls: [{ id: "1", name: "t", arguments: {} }] };
const result = (content: string): AgentMessage => ({ role: "tool", toolCallId: "1", name: "t", content });

/** A token a letter, and four a message. */
function memory(rules: Partial<MemoryRules>, pinned: number) {
  const asked: [number, string][] = [];
  const made = new WorkingMemory({ summarize: false, ...rules }, { upTo: 0, text: "" }, pinned, {
    countTokens: (text) => text.length,
    async summarize(messages, before) {
      asked.push([messages.length, before]);
      return { text: `summary ${asked.length}`, usage: { ...NO_AGENT_USAGE, totalTokens: 5 }, cost: 0.1 };
    },
  });
  return { made, asked };
}

const shown = async (made: WorkingMemory, messages: AgentMessage[]) =>
  (await made.recollect(messages)).messages.map(({ role, content }) => `${role}:${String(content)}`);

describe("a working memory", () => {
  it("lets everything through that fits", async () => {
    const all = [user("a"), assistant("b"), user("c")];
    expect(await shown(memory({ maxMessages: 3, maxTokens: 15 }, 2).made, all)).toEqual([
      "user:a",
      "assistant:b",
      "user:c",
    ]);
    expect(await shown(memory({ maxTokens: 14 }, 2).made, all)).toEqual(["assistant:b", "user:c"]);
  });

  it("never begins with a result whose call is left out", async () => {
    const all = [user("a"), called, result("r1"), result("r2"), assistant("b"), user("c")];
    expect(await shown(memory({ maxMessages: 3 }, 5).made, all)).toEqual(["assistant:b", "user:c"]);
  });

  it("keeps the input of the run, and the last results with their call, however little fits", async () => {
    const all = [user("old"), assistant("old"), user("question"), called, result("r".repeat(100))];
    expect(await shown(memory({ maxMessages: 1 }, 2).made, all)).toEqual([
      "user:question",
      "assistant:",
      `tool:${"r".repeat(100)}`,
    ]);
    expect(await shown(memory({ maxTokens: 1 }, 2).made, all)).toEqual([
      "user:question",
      "assistant:",
      `tool:${"r".repeat(100)}`,
    ]);
  });

  it("sums up what no longer fits, together with the summary before, and not again at once", async () => {
    const { made, asked } = memory({ maxMessages: 4, summarize: true }, 4);
    const all = [user("1"), assistant("2"), user("3"), assistant("4"), user("5")];
    const first = await made.recollect(all);
    expect(first).toMatchObject({ usage: { totalTokens: 5 }, cost: 0.1 });
    expect(first.messages.map(({ content }) => content)).toEqual([
      "Summary of the conversation so far:\nsummary 1",
      "4",
      "5",
    ]);
    all.push(assistant("6"), user("7"));
    expect((await made.recollect(all)).usage).toBeUndefined();
    all.push(assistant("8"));
    await made.recollect(all);
    expect(asked).toEqual([
      [3, ""],
      [3, "summary 1"],
    ]);
    expect(made.summary).toEqual({ upTo: 6, text: "summary 2" });
  });
});
