import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import {
  type ModelReply,
  type ModelResponder,
  type ModelServer,
  startModelServer,
} from "../../src/testing/model-server.ts";
import { CLI } from "../support/product.ts";
import { scratchFolder } from "../support/scratch.ts";
import { KEY, TerminalSession, ctrl, pasted } from "../support/terminal.ts";

interface Chat extends AsyncDisposable {
  readonly server: ModelServer;
  readonly folder: string;
  readonly terminal: TerminalSession;
  /** Types a line and Enter, once the prompt is there. */
  say(text: string): Promise<void>;
  /** The prompt stands in an empty line: it is the user's turn. */
  atPrompt(): Promise<void>;
  /** Another chat in the same folder, with the same stored sessions. */
  again(...args: string[]): TerminalSession;
}

async function startChat(reply: ModelReply | readonly ModelReply[] | ModelResponder, ...args: string[]): Promise<Chat> {
  const server = await startModelServer(reply);
  const folder = scratchFolder({ "notes.txt": "tea at five\n" });
  const state = path.join(folder.path, "state");
  mkdirSync(path.join(folder.path, "work"));
  writeFileSync(path.join(folder.path, "work/plan.md"), "# Plan\nbuy tea\n");
  const env = {
    HOME: folder.path,
    XDG_STATE_HOME: state,
    XDG_CONFIG_HOME: path.join(folder.path, "config"),
    XDG_CACHE_HOME: path.join(folder.path, "cache"),
    OPENAI_API_KEY: "k",
    OPENAI_BASE_URL: `${server.url}/v1`,
    CI: "",
    NO_COLOR: "",
    FORCE_COLOR: "",
  };
  const start = (...more: string[]) =>
    new TerminalSession(process.execPath, [CLI, "chat", "-m", "openai/gpt-4o", ...more], {
      env,
      cwd: folder.path,
      columns: 100,
      rows: 40,
    });
  const terminal = start(...args);
  const atPrompt = () => terminal.shows(() => /^(\[.*\] )?> $/.test(terminal.cursor().line));
  return {
    server,
    folder: folder.path,
    terminal,
    again: start,
    atPrompt,
    async say(text) {
      await atPrompt();
      terminal.type(text + KEY.enter);
    },
    async [Symbol.asyncDispose]() {
      await terminal[Symbol.asyncDispose]();
      await server.close();
      folder[Symbol.dispose]();
    },
  };
}

/** The texts of a request's messages, by role. */
function sent(server: ModelServer, call: number): unknown[] {
  return (server.calls[call]?.body.messages ?? []).map(({ role, content }) => [role, content]);
}

describe("a chat in a terminal", { timeout: 60_000 }, () => {
  it("streams answers, remembers what was said, and says what it cost", async () => {
    await using chat = await startChat([{ text: "Hello, Ada." }, { text: "Your name is Ada." }]);
    await chat.say("I am Ada.");
    await chat.terminal.shows("Hello, Ada.");
    await chat.terminal.shows(/10 tokens in, 5 out, \$0\.\d+; /);
    await chat.say("Who am I?");
    await chat.terminal.shows("Your name is Ada.");
    await chat.terminal.shows(/In all 20 tokens in, 10 out/);
    expect(sent(chat.server, 1)).toEqual([
      ["user", "I am Ada."],
      ["assistant", "Hello, Ada."],
      ["user", "Who am I?"],
    ]);
    await chat.atPrompt();
    chat.terminal.type(ctrl("d"));
    expect(await chat.terminal.exited).toMatchObject({ exitCode: 0 });
  });

  it("shows an answer as it comes, until Ctrl-C, and keeps what came", async () => {
    await using chat = await startChat([
      { text: "", chunks: ["one ", "two ", ...Array.from({ length: 300 }, () => "more ")], chunkDelayMs: 50 },
      { text: "Done." },
    ]);
    await chat.say("Count.");
    await chat.terminal.shows("one two");
    chat.terminal.type(ctrl("c"));
    await chat.terminal.shows("Stopped; what came is kept.");
    await vi.waitFor(async () => expect(await chat.server.openConnections()).toBe(0), { timeout: 5000 });
    await chat.say("Go on.");
    await chat.terminal.shows("Done.");
    expect(sent(chat.server, 1)).toEqual([
      ["user", "Count."],
      ["assistant", expect.stringMatching(/^one two /) as string],
      ["user", "Go on."],
    ]);
  });

  it("runs tools, shows them, and asks before it writes", async () => {
    await using chat = await startChat(
      [
        { toolCalls: [{ name: "file_read", arguments: { path: "plan.md" } }] },
        { toolCalls: [{ name: "file_write", arguments: { path: "plan.md", content: "# Plan\nbuy coffee\n" } }] },
        { text: "It is changed." },
        { toolCalls: [{ name: "file_write", arguments: { path: "plan.md", content: "" } }] },
        { text: "As you wish." },
      ],
      "--tools",
      "files",
      "--workspace",
      "work",
    );
    await chat.say("Coffee, not tea.");
    await chat.terminal.shows(/file_read path=plan\.md\n {2}\{"path":"plan\.md","content":"# Plan\\nbuy tea\\n"/);
    await chat.terminal.shows(
      /The model wants to run file_write\.\n(.*\n)*.*\| {3}buy coffee\n(.*\n)*Allow\? \[y\/N\]/,
    );
    chat.terminal.type(`y${KEY.enter}`);
    await chat.terminal.shows("It is changed.");
    const plan = () => readFileSync(path.join(chat.folder, "work/plan.md"), "utf8");
    expect(plan()).toBe("# Plan\nbuy coffee\n");
    await chat.say("Empty it.");
    await chat.terminal.shows((terminal) => terminal.cursor().line.startsWith("Allow?"));
    chat.terminal.type(KEY.enter);
    await chat.terminal.shows("As you wish.");
    expect(plan()).toBe("# Plan\nbuy coffee\n");
    expect(JSON.stringify(chat.server.calls[4]?.body.messages)).toContain("The user refused this.");
  });

  it("stops with Ctrl-C at a question, and keeps what was said", async () => {
    await using chat = await startChat(
      [{ toolCalls: [{ name: "file_delete", arguments: { path: "notes.txt" } }] }, { text: "I did not." }],
      "--tools",
      "file",
    );
    await chat.say("Tidy up.");
    await chat.terminal.shows("Allow? [y/N]");
    chat.terminal.type(ctrl("c"));
    await chat.terminal.shows("Stopped; what came is kept.");
    expect(readFileSync(path.join(chat.folder, "notes.txt"), "utf8")).toBe("tea at five\n");
    await chat.say("Did you?");
    await chat.terminal.shows("I did not.");
    expect(sent(chat.server, 1)).toMatchObject([
      ["user", "Tidy up."],
      ["assistant", null],
      ["tool", expect.stringContaining("stopped before it ended")],
      ["user", "Did you?"],
    ]);
  });

  it("goes on with a session whose process was killed at a question", async () => {
    await using chat = await startChat(
      [{ toolCalls: [{ name: "file_delete", arguments: { path: "notes.txt" } }] }, { text: "I did not." }],
      "--tools",
      "file_delete",
    );
    await chat.say("Tidy up.");
    await chat.terminal.shows("Allow? [y/N]");
    chat.terminal.kill("SIGKILL");
    await chat.terminal.exited;
    await using second = chat.again("-c", "Did you?");
    await second.shows("I did not.");
    expect(sent(chat.server, 1).map((message) => (message as string[])[0])).toEqual([
      "user",
      "assistant",
      "tool",
      "user",
    ]);
  });

  it("ends with SIGTERM in the middle of an answer, and keeps what came", async () => {
    await using chat = await startChat([
      { text: "", chunks: ["one ", "two ", ...Array.from({ length: 300 }, () => "more ")], chunkDelayMs: 50 },
      { text: "Done." },
    ]);
    await chat.say("Count.");
    await chat.terminal.shows("one two");
    chat.terminal.kill("SIGTERM");
    expect(await chat.terminal.exited).toMatchObject({ exitCode: 143 });
    await using second = chat.again("-c", "Go on.");
    await second.shows("Done.");
    expect(sent(chat.server, 1)).toMatchObject([
      ["user", "Count."],
      ["assistant", expect.stringMatching(/^one two /) as string],
      ["user", "Go on."],
    ]);
  });

  it("lets the model ask for an answer or a choice", async () => {
    await using chat = await startChat(
      [
        { toolCalls: [{ name: "ask_person", arguments: { question: "Which colour?", choices: ["red", "blue"] } }] },
        { toolCalls: [{ name: "ask_person", arguments: { question: "Whose?" } }] },
        { text: "Fine." },
      ],
      "--tools",
      "ask_person",
      "--yes",
    );
    await chat.say("Paint.");
    await chat.terminal.shows(/Which colour\?\n {2}1\) red\n {2}2\) blue\nChoose 1-2:/);
    chat.terminal.type(`2${KEY.enter}`);
    await chat.terminal.shows(/^Whose\?$/m);
    chat.terminal.type(`Ada's${KEY.enter}`);
    await chat.terminal.shows("Fine.");
    const messages = chat.server.calls[2]?.body.messages ?? [];
    expect(messages.filter(({ role }) => role === "tool").map(({ content }) => content)).toEqual([
      '{"answer":"blue"}',
      '{"answer":"Ada\'s"}',
    ]);
  });

  it("asks on the terminal also where it answers but one question", async () => {
    await using chat = await startChat([
      { toolCalls: [{ name: "file_write", arguments: { path: "new.txt", content: "new" } }] },
      { text: "Written." },
    ]);
    await using single = chat.again("Write it.", "--tools", "files");
    await single.shows("Allow? [y/N]");
    single.type(`y${KEY.enter}`);
    await single.shows("Written.");
    expect(await single.exited).toMatchObject({ exitCode: 0 });
    expect(readFileSync(path.join(chat.folder, "new.txt"), "utf8")).toBe("new");
  });

  it("shows a provider's failure and what to do, loses nothing, and tries again", async () => {
    await using chat = await startChat([
      { status: 401, body: { error: { message: "bad key" } } },
      { text: "Here I am." },
    ]);
    await chat.say("Are you there?");
    await chat.terminal.shows("error[provider.auth]");
    await chat.terminal.shows("/retry asks again.");
    await chat.say("/retry");
    await chat.terminal.shows("Here I am.");
    expect(sent(chat.server, 1)).toEqual([["user", "Are you there?"]]);
  });

  it("takes a paste as one message, commands and control keys in it included", async () => {
    await using chat = await startChat({ text: "Read." });
    await chat.atPrompt();
    chat.terminal.type(pasted("/exit\nfirst\u0003 line\n\tsecond"));
    await chat.terminal.shows("second");
    expect(chat.server.calls).toEqual([]);
    chat.terminal.type(KEY.enter);
    await chat.terminal.shows("Read.");
    expect(sent(chat.server, 0)).toEqual([["user", "/exit\nfirst line\n\tsecond"]]);
  });

  it("attaches files to the next message", async () => {
    await using chat = await startChat({ text: "At five." }, "--file", "notes.txt");
    await chat.terminal.shows("[1 file] >");
    await chat.say("/attach missing.png");
    await chat.terminal.shows("missing.png does not exist, and cannot be attached");
    await chat.say("When is tea?");
    await chat.terminal.shows("At five.");
    expect(JSON.stringify(sent(chat.server, 0))).toContain("File notes.txt:\\n\\ntea at five");
    await chat.atPrompt();
    expect(chat.terminal.cursor().line).toBe("> ");
  });

  it("obeys commands", async () => {
    await using chat = await startChat([{ text: "One." }, { text: "Two." }, { text: "Three." }]);
    await chat.say("/system Answer with a number.");
    await chat.say("First.");
    await chat.terminal.shows("One.");
    await chat.say("Second.");
    await chat.terminal.shows("Two.");
    await chat.say("/undo");
    await chat.terminal.shows("are forgotten");
    await chat.say("/model openai/gpt-4o-mini");
    await chat.terminal.shows("model: openai/gpt-4o-mini");
    await chat.say("Third.");
    await chat.terminal.shows("Three.");
    expect(chat.server.calls[2]?.body.model).toBe("gpt-4o-mini");
    expect(sent(chat.server, 2).map((message) => (message as string[])[1])).toEqual([
      "Answer with a number.",
      "First.",
      "One.",
      "Third.",
    ]);
    await chat.say("/save talk.md");
    await chat.terminal.shows("saved: talk.md");
    expect(readFileSync(path.join(chat.folder, "talk.md"), "utf8")).toMatch(
      /## User\n\nThird\.\n\n## Assistant\n\nThree\./,
    );
    await chat.say("/cost");
    await chat.terminal.shows(/now: 30 tokens in, 15 out/);
    await chat.say("/modle");
    await chat.terminal.shows("Did you mean /model?");
    await chat.say("/help");
    await chat.terminal.shows("/attach FILE...");
    await chat.say("/exit");
    expect(await chat.terminal.exited).toMatchObject({ exitCode: 0 });
  });

  it("goes on with a session in another process, and lists them", async () => {
    await using chat = await startChat([{ text: "Noted." }, { text: "Blue." }]);
    await chat.say("My colour is blue.");
    await chat.terminal.shows("Noted.");
    await chat.say("/exit");
    await chat.terminal.exited;
    await using second = chat.again("-c");
    await second.shows(() => second.cursor().line === "> ");
    second.type(`What is my colour?${KEY.enter}`);
    await second.shows("Blue.");
    expect(sent(chat.server, 1)).toHaveLength(3);
    await second.shows(() => second.cursor().line === "> ");
    second.type(`/clear${KEY.enter}`);
    await second.shows("A new session");
    await second.shows(() => second.cursor().line === "> ");
    second.type(`/sessions${KEY.enter}`);
    await second.shows(/2 messages: My colour is blue\./);
  });

  it("ends with Ctrl-C twice, and once with the terminal", async () => {
    await using chat = await startChat({ text: "ok" });
    await chat.atPrompt();
    chat.terminal.type(ctrl("c"));
    await chat.terminal.shows("Ctrl-C again");
    await chat.atPrompt();
    chat.terminal.type(ctrl("c"));
    expect(await chat.terminal.exited).toMatchObject({ exitCode: 0 });
    await using second = chat.again();
    await second.shows(() => second.cursor().line === "> ");
    second.kill("SIGHUP");
    expect(await second.exited).toMatchObject({ exitCode: 129 });
  });

  it("summarizes what is too long for the model, when the user agrees", async () => {
    const tooLong = {
      status: 400,
      body: { error: { code: "context_length_exceeded", message: "maximum context length" } },
    };
    await using chat = await startChat([
      { text: "Old answer." },
      { text: "Newer." },
      tooLong,
      { text: "They spoke." },
      { text: "Fits." },
    ]);
    await chat.say("Old question.");
    await chat.terminal.shows("Old answer.");
    await chat.say("Newer question.");
    await chat.terminal.shows("Newer.");
    await chat.say("Last question.");
    await chat.terminal.shows("Summarize its earlier part? [y/N]");
    chat.terminal.type(`y${KEY.enter}`);
    await chat.terminal.shows("Fits.");
    expect(chat.server.calls[3]?.prompt).toContain("User: Old question.\n\nAssistant: Old answer.");
    expect(sent(chat.server, 4)).toEqual([
      ["system", expect.stringContaining("They spoke.") as string],
      ["user", "Newer question."],
      ["assistant", "Newer."],
      ["user", "Last question."],
    ]);
  });

  it("shows control characters of a model as text", async () => {
    await using chat = await startChat({ text: "a\u001B]0;title\u0007b", chunks: ["a\u001B]0;title\u0007b"] });
    await chat.say("Hi.");
    await chat.terminal.shows("a\\x1b]0;title\\x07b");
    expect(chat.terminal.written).not.toContain("\u001B]0;");
  });
});
