import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  type ModelReply,
  type ModelResponder,
  type ModelServer,
  startModelServer,
} from "../../src/testing/model-server.ts";
import { type CliOptions, runCli, startCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch.ts";

let folder: ReturnType<typeof scratchFolder>;
beforeAll(() => {
  folder = scratchFolder({
    "work/notes.md": "# Notes\nTea at five.\n",
    "work/other.txt": "coffee",
    "bad.bin": "\u0000\u0001",
  });
  // The first bytes of a PNG, and of a PDF.
  writeFileSync(path.join(folder.path, "dot.png"), Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"));
  writeFileSync(path.join(folder.path, "doc.pdf"), "%PDF-1.4\n");
  writeFileSync(path.join(folder.path, "huge.txt"), "x".repeat(2 * 1024 * 1024));
});
afterAll(() => folder[Symbol.dispose]());

/** A chat against a server, in a state folder of its own. */
function chatter(server: ModelServer, name: string) {
  const env = {
    OPENAI_API_KEY: "k",
    OPENAI_BASE_URL: `${server.url}/v1`,
    XDG_STATE_HOME: path.join(folder.path, "state", name),
  };
  const args = (more: readonly string[]) => ["chat", "-m", "openai/gpt-4o", ...more];
  const options = (more: CliOptions) => ({ cwd: folder.path, ...more, env: { ...env, ...more.env } });
  return {
    chat: (more: readonly string[], given: CliOptions = {}) => runCli(args(more), options(given)),
    start: (more: readonly string[], given: CliOptions = {}) => startCli(args(more), options(given)),
  };
}

async function withServer(
  name: string,
  reply: ModelReply | readonly ModelReply[] | ModelResponder,
  use: (chat: ReturnType<typeof chatter>["chat"], server: ModelServer) => Promise<void>,
): Promise<void> {
  await using server = await startModelServer(reply);
  await use(chatter(server, name).chat, server);
}

const messages = (server: ModelServer, call = 0) =>
  (server.calls[call]?.body.messages ?? []).map(({ role, content }) => [role, content]);

describe("chat without a terminal", () => {
  it("answers one question on stdout", () =>
    withServer("one", { text: "A model." }, async (chat, server) => {
      expect(await chat(["Who", "are", "you?"])).toEqual({ code: 0, stdout: "A model.\n", stderr: "" });
      expect(messages(server)).toEqual([["user", "Who are you?"]]);
    }));

  it("takes the question, or what it is about, from standard input", () =>
    withServer("input", { text: "ok" }, async (chat, server) => {
      await chat([], { input: "From a pipe.\n" });
      await chat(["Summarize:"], { input: "A long text.\n" });
      expect(messages(server, 0)).toEqual([["user", "From a pipe."]]);
      expect(messages(server, 1)).toEqual([["user", "Summarize:\n\nA long text."]]);
      expect(await chat([])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("there is no question") as string,
      });
      expect(server.calls).toHaveLength(2);
    }));

  it("goes on with the last session, with one by name, or keeps nothing", () =>
    withServer("sessions", { text: "ok" }, async (chat, server) => {
      expect(await chat(["-c", "Early."])).toMatchObject({ code: 2 });
      await chat(["First.", "--session", "plans"]);
      await chat(["Elsewhere."]);
      await chat(["Secret.", "--no-save"]);
      await chat(["-c", "Again."]);
      await chat(["--session", "plans", "-s", "Be brief.", "Second."]);
      const texts = (call: number) => messages(server, call).map((message) => message[1]);
      expect(texts(3)).toEqual(["Elsewhere.", "ok", "Again."]);
      expect(texts(4)).toEqual(["Be brief.", "First.", "ok", "Second."]);
      expect(await chat(["-c", "--session", "x", "Hi."])).toMatchObject({ code: 2 });
    }));

  it.each<[string, ModelReply, number]>([
    ["a wrong key", { status: 401, body: { error: { message: "no" } } }, 3],
    ["a request that is refused", { status: 400, body: { error: { message: "no" } } }, 4],
  ])("ends with the error's code: %s", (name, reply, code) =>
    withServer(`error-${code}-${name.length}`, reply, async (chat) => {
      const result = await chat(["Hi."]);
      expect(result).toMatchObject({ code, stdout: "", stderr: expect.stringContaining("error[provider.") as string });
      expect(result.stderr).not.toContain("-->");
    }),
  );

  it("prints JSON with --json", () =>
    withServer("json", { text: "Fine.", usage: { input: 7, output: 2 } }, async (chat) => {
      const { code, stdout, stderr } = await chat(["Hi.", "--json", "--session", "s"]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(JSON.parse(stdout)).toEqual({
        session: "s",
        ok: true,
        answer: "Fine.",
        model: "openai/gpt-4o",
        finishReason: "stop",
        stats: {
          durationMs: expect.any(Number) as number,
          inputTokens: 7,
          outputTokens: 2,
          cost: expect.any(Number) as number,
          costKnown: true,
        },
      });
    }));

  it("is stopped by Ctrl-C, the request with it, and keeps what came", async () => {
    await using server = await startModelServer([
      { chunks: ["begun ", ...Array.from({ length: 300 }, () => "more ")], chunkDelayMs: 50 },
      { text: "ok" },
    ]);
    const { start, chat } = chatter(server, "interrupt");
    const running = start(["Count."]);
    await running.printed("begun more");
    running.process.kill("SIGINT");
    expect(await running.ended).toMatchObject({ code: 130 });
    await vi.waitFor(async () => expect(await server.openConnections()).toBe(0), { timeout: 5000 });
    await chat(["-c", "Go on."]);
    expect(messages(server, 1)).toEqual([
      ["user", "Count."],
      ["assistant", expect.stringMatching(/^begun more/) as string],
      ["user", "Go on."],
    ]);
  });

  it("stops at its budget", () =>
    withServer("budget", { text: "ok" }, async (chat, server) => {
      expect(await chat(["Hi.", "--max-tokens", "5"])).toMatchObject({
        code: 6,
        stderr: expect.stringContaining("budget.exceeded") as string,
      });
      expect(server.calls).toEqual([]);
    }));
});

it("goes by the configuration, within its ceilings", async () => {
  using project = scratchFolder({
    "llmspell.yaml":
      "models: {default: offline}\nbudget: {tokens: 400}\nsecurity: {resource_limits: {max_memory: 48MB}}\nengines: {javascript: {memory_limit: 16MB}}\n",
  });
  const options = { cwd: project.path };
  const answered = await runCli(["chat", "--no-save", "--json", "Hello."], options);
  expect(answered.code).toBe(0);
  expect(JSON.parse(answered.stdout)).toMatchObject({ ok: true, model: "offline" });
  expect(await runCli(["chat", "--no-save", "Hello.", "-s", "word ".repeat(500)], options)).toMatchObject({
    code: 6,
    stderr: expect.stringContaining("400 tokens") as string,
  });
});

describe("files that are attached", () => {
  it("go with the question: text, images, PDFs", () =>
    withServer("attach", { text: "ok" }, async (chat, server) => {
      const result = await chat(["-f", "work/notes.md", "-f", "dot.png", "--file", "doc.pdf", "What is this?"]);
      expect(result).toMatchObject({ code: 0 });
      const [[, content]] = messages(server) as [[string, { type: string; [field: string]: unknown }[]]];
      expect(content.map(({ type }) => type)).toEqual(["text", "image_url", "file", "text"]);
      expect(content[0]).toMatchObject({ text: "File notes.md:\n\n# Notes\nTea at five.\n" });
      expect(JSON.stringify(content[1])).toContain("data:image/png;base64,iVBORw0K");
      expect(content[3]).toMatchObject({ text: "What is this?" });
    }));

  it.each([
    ["missing.txt", "does not exist"],
    ["work", "is a folder"],
    ["bad.bin", "is neither text nor"],
    ["huge.txt", "has 2.0 MB, more than 1.0 MB"],
  ])("are refused before anything is asked: %s", (file, why) =>
    withServer("refused", { text: "ok" }, async (chat, server) => {
      expect(await chat(["-f", file, "Hi."])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(why) as string,
      });
      expect(server.calls).toEqual([]);
    }),
  );
});

describe("tools", () => {
  /** Calls all of them in one answer, then ends; resolves to what each answered the model. */
  async function results(calls: readonly [name: string, args: unknown][], ...flags: string[]): Promise<string[]> {
    const toolCalls = calls.map(([name, args], index) => ({ id: `call${index}`, name, arguments: args }));
    await using server = await startModelServer([{ toolCalls }, { text: "Done." }]);
    const { chat } = chatter(server, "tools");
    expect(await chat(["Do it.", "--workspace", "work", "--no-save", ...flags])).toMatchObject({
      code: 0,
      stdout: "Done.\n",
    });
    const said = server.calls[1]?.body.messages ?? [];
    return said.filter(({ role }) => role === "tool").map(({ content }) => String(content));
  }

  it("read, list and search the workspace, and tell the model what is wrong", async () => {
    const answers = await results(
      [
        ["file_read", { path: "notes.md", offset: "2", limit: 1 }],
        ["file_list", {}],
        ["file_grep", { pattern: "TEA", ignore_case: true }],
        ["file_read", { path: "../dot.png" }],
        ["file_read", {}],
        ["file_read", { path: "none.md" }],
        ["format_disk", {}],
        ["file_write", { path: "notes.md", content: "x" }],
        ["file_write", { path: "notes.md" }],
        ["file_read", { path: "notes.md" }],
      ],
      "--tools",
      "files",
    );
    expect(answers).toEqual([
      expect.stringContaining('"content":"Tea at five.\\n"'),
      expect.stringContaining('"path":"other.txt"'),
      expect.stringContaining('"notes.md"'),
      expect.stringContaining("permission.denied"),
      expect.stringContaining("tool.invalid_arguments"),
      expect.stringContaining("fs.not_found"),
      expect.stringContaining("there is no tool format_disk"),
      expect.stringMatching(
        /approval\.unavailable: there is nobody to ask: The model wants to run file_write\..*--yes/,
      ),
      expect.stringContaining("content"),
      expect.stringContaining('"content":"# Notes\\nTea at five.\\n"'),
    ]);
  });

  it.each([
    ["writes", "file_edit", { path: "other.txt", old_text: "coffee", new_text: "x" }],
    ["starts a program", "command_run", { program: "true" }],
    ["sends", "webhook_send", { url: "http://127.0.0.1:9/", payload: {} }],
    ["may send", "http_request", { url: "http://127.0.0.1:9/", method: "POST" }],
  ])("are not run where there is nobody to ask and the tool %s", async (_, name, args) => {
    const flags = ["--tools", name, "--allow-net", "127.0.0.1", "--allow-command", "true"];
    expect(await results([[name, args]], ...flags)).toEqual([expect.stringContaining("approval.unavailable")]);
    expect(await results([[name, args]], ...flags, "--yes")).not.toEqual([expect.stringContaining("approval.")]);
  });

  it("are allowed all by --yes, but answer for nobody", async () => {
    const calls: [string, unknown][] = [
      ["file_write", { path: "new.md", content: "new" }],
      ["file_read", { path: "new.md" }],
      ["ask_person", { question: "Which colour?" }],
    ];
    expect(await results(calls, "--tools", "files,ask_person", "--yes")).toEqual([
      expect.stringContaining("new.md"),
      expect.stringContaining('"content":"new"'),
      expect.stringContaining("approval.unavailable: there is nobody to ask: Which colour?"),
    ]);
  });

  it("give the model no more than it can take", async () => {
    writeFileSync(path.join(folder.path, "work/long.txt"), "0123456789".repeat(10_000));
    const [answer] = await results([["file_read", { path: "long.txt" }]], "--tools", "files");
    expect(answer).toMatch(/0123456789\n\[cut here: 100\d+ characters in all\]$/);
    expect(answer?.length).toBeLessThan(60_100);
  });

  it("fetch pages from hosts that are allowed", async () => {
    const html = { status: 200, headers: { "content-type": "text/html" }, body: "<h1>Title</h1>" };
    await using pages = await startModelServer(html);
    const fetches: [string, unknown][] = [["web_fetch", { url: `${pages.url}/page` }]];
    expect(await results(fetches, "--tools", "web", "--allow-net", "127.0.0.1")).toEqual([
      expect.stringContaining("Title"),
    ]);
    expect(await results(fetches, "--tools", "web")).toEqual([expect.stringContaining("permission.denied")]);
    expect(pages.calls).toHaveLength(1);
  });

  it("are offered only when asked for, by names that are known", () =>
    withServer("offered", { text: "ok" }, async (chat, server) => {
      await chat(["Hi."]);
      await chat(["Hi.", "--tools", "files, web,calculator,git,file_writer,file_read"]);
      expect(server.calls[0]?.body.tools).toBeUndefined();
      const offered = server.calls[1]?.body.tools as { function: { name: string } }[] | undefined;
      expect(offered?.map((tool) => tool.function.name).join(" ")).toBe(
        "file_list file_grep file_read file_edit file_write web_search web_fetch calculator git_diff git_log git_show git_status",
      );
    }));

  it.each([
    ["shell", "neither a tool nor a category"],
    ["file_raed", "Did you mean file_read?"],
    ["fiels", "Did you mean files?"],
    ["memory_store", "its memory ends with each turn"],
  ])("that are not there are named before anything is asked: %s", (name, text) =>
    withServer("unknown", { text: "ok" }, async (chat, server) => {
      expect(await chat(["Hi.", "--tools", name])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(text) as string,
      });
      expect(server.calls).toEqual([]);
    }),
  );

  it("end after so many rounds", () =>
    withServer(
      "rounds",
      ({ body }) =>
        body.tool_choice === "none" ? { text: "Enough." } : { toolCalls: [{ name: "file_list", arguments: {} }] },
      async (chat, server) => {
        expect(await chat(["Go.", "--tools", "files"])).toMatchObject({ code: 0, stdout: "Enough.\n" });
        expect(server.calls).toHaveLength(26);
      },
    ));

  it("end after so many rounds with a model that does not want to, too", () =>
    withServer("stubborn", { toolCalls: [{ name: "file_list", arguments: {} }] }, async (chat, server) => {
      expect(await chat(["Go.", "--tools", "files"])).toMatchObject({ code: 0 });
      expect(server.calls).toHaveLength(26);
      expect(await chat(["-c", "And now?", "--tools", "files"])).toMatchObject({ code: 0 });
      const before = server.calls[26]?.body.messages ?? [];
      expect(before.filter(({ role }) => role === "tool")).toHaveLength(26);
      expect(before.at(-2)?.content).toContain("no tools any more");
    }));
});
