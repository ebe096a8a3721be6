import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChatStore } from "./chat-store.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "llmspell-chats-"));
  file = path.join(folder, "state/chats.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const user = (content: string) => ({ role: "user" as const, content });
const assistant = (content: string) => ({ role: "assistant" as const, content });

describe("ChatStore", () => {
  it("keeps sessions for the user alone, newest first", () => {
    {
      using store = new ChatStore(file);
      const first = store.create("first");
      store.append(first.id, user("  Hello\nthere, " + "x".repeat(100)));
      store.append(first.id, assistant("Hi."));
      store.append(store.create().id, user("Second."));
      store.append(first.id, user("Again."));
    }
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    using store = new ChatStore(file);
    expect(store.list().map(({ title, messages }) => [title.length, messages])).toEqual([
      [60, 2],
      [7, 1],
    ]);
    expect(store.latest()).toMatchObject({ name: "first", title: expect.stringMatching(/^Hello there, x+\.\.\.$/) });
    expect(store.find("first")?.id).toBe(store.latest()?.id);
    expect(store.find("none")).toBeUndefined();
  });

  it("keeps whole messages, and forgets from one on", () => {
    using store = new ChatStore(file);
    const { id } = store.create();
    const call = { ...assistant(""), toolCalls: [{ id: "1", name: "read", arguments: { path: "a" } }] };
    const image = {
      role: "user" as const,
      content: [{ type: "image" as const, data: "aGk=", mediaType: "image/png" }],
    };
    for (const message of [image, call, user("more")]) store.append(id, message);
    expect(store.messages(id).map(({ message }) => message)).toEqual([image, call, user("more")]);
    store.removeFrom(id, 2);
    expect(store.messages(id)).toEqual([{ seq: 1, message: image }]);
    store.append(id, user("other"));
    expect(store.messages(id).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("lets a summary stand for what it covers", () => {
    using store = new ChatStore(file);
    const { id } = store.create();
    for (const text of ["one", "two", "three"]) store.append(id, user(text));
    store.summarize(id, 3, "They counted.");
    expect(store.session(id)).toMatchObject({ summary: "They counted.", messages: 3 });
    expect(store.messages(id)).toEqual([{ seq: 3, message: user("three") }]);
    store.append(id, user("four"));
    expect(store.messages(id).map(({ seq }) => seq)).toEqual([3, 4]);
  });

  it("adds up what was spent; a price that is not known makes the sum unknown", () => {
    using store = new ChatStore(file);
    const { id } = store.create();
    store.addSpent(id, { inputTokens: 1, outputTokens: 2, cost: 0.5, costKnown: true });
    store.addSpent(id, { inputTokens: 10, outputTokens: 20, cost: 0, costKnown: false });
    store.addSpent(id, { inputTokens: 0, outputTokens: 0, cost: 0, costKnown: true });
    expect(store.session(id).spent).toEqual({ inputTokens: 11, outputTokens: 22, cost: 0.5, costKnown: false });
  });

  it("is shared: what one chat adds, another sees; what one deletes is gone for both", () => {
    using one = new ChatStore(file);
    using other = new ChatStore(file);
    const { id } = one.create("shared");
    for (let index = 0; index < 20; index++) (index % 2 ? one : other).append(id, user(String(index)));
    expect(one.messages(id).map(({ message }) => message.content)).toEqual(
      Array.from({ length: 20 }, (_, at) => String(at)),
    );
    other.remove(id);
    expect(one.messages(id)).toEqual([]);
    expect(() => one.session(id)).toThrow(expect.objectContaining({ code: "store.unavailable" }));
  });

  it("names a file that is damaged", () => {
    writeFileSync(path.join(folder, "chats.db"), "no database ".repeat(500));
    expect(() => new ChatStore(path.join(folder, "chats.db"))).toThrow(
      expect.objectContaining({
        code: "store.corrupt",
        message: expect.stringContaining("the stored chats") as string,
      }),
    );
  });
});
