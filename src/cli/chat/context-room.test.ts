import { describe, expect, it } from "vitest";
import { readModelsConfig } from "../../models/provider-config.ts";
import { countTokens } from "../../models/tokens.ts";
import type { ModelMessage } from "../../models/types.ts";
import type { ChatSession } from "./chat-store.ts";
import { contextWindow, filled, summarizable, summaryPrompt } from "./context-room.ts";

const user = (content: string): ModelMessage => ({ role: "user", content });
const assistant = (content: string): ModelMessage => ({ role: "assistant", content });
const stored = (...messages: ModelMessage[]) => messages.map((message, index) => ({ seq: index + 1, message }));
const SESSION = { system: undefined, summary: undefined } as ChatSession;

describe("the room of a context", () => {
  it("is known of known models", () => {
    const config = readModelsConfig({});
    expect(contextWindow("openai/gpt-4o", config)).toBe(128_000);
    expect(contextWindow("ollama/unheard-of", config)).toBeUndefined();
    expect(contextWindow("no such thing", config)).toBeUndefined();
    expect(contextWindow(undefined, config)).toBeUndefined();
  });

  it("is filled by messages, system message and summary", () => {
    const words = "word ".repeat(500);
    const alone = filled(SESSION, [user(words)], 1000);
    expect(alone).toBeGreaterThan(0.5);
    expect(alone).toBeLessThan(0.6);
    expect(filled({ ...SESSION, summary: words }, [user(words)], 1000)).toBeGreaterThan(1);
  });
});

describe("a summary", () => {
  it("covers all but the last turns", () => {
    const talk = stored(user("1"), assistant("a"), user("2"), assistant("b"), user("3"), assistant("c"));
    expect(summarizable(talk)).toEqual({ before: 3, messages: [user("1"), assistant("a")] });
    expect(summarizable(talk.slice(2))).toEqual({ before: 5, messages: [user("2"), assistant("b")] });
    expect(summarizable(talk.slice(4))).toBeUndefined();
    expect(summarizable([])).toBeUndefined();
  });

  it("is asked for in what the model can read: the beginning and the end", () => {
    const messages = [user("the beginning"), user("middle ".repeat(5000)), user("the end")];
    const prompt = summaryPrompt(messages, "What came before.", 2000);
    expect(countTokens(prompt)).toBeLessThan(1200);
    expect(prompt).toContain("What came before.");
    expect(prompt).toContain("the beginning");
    expect(prompt).toContain("the end");
    expect(summaryPrompt([user("short")], undefined, undefined)).toMatch(/\n\nUser: short$/);
  });
});
