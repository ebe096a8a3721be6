import { describe, expect, test } from "vitest";
import { encodeEntry } from "../../journal/codec.ts";
import type { JournalEntry } from "../../journal/journal.ts";
import { effectTree } from "../../runs/effect-tree.ts";
import type { Recording } from "../../runs/read-recording.ts";
import type { RunSummary } from "../../runs/run-store.ts";
import type { ScriptValue } from "../../values/script-value.ts";
import { html } from "./markup.ts";
import { runReport } from "./run-report.ts";
import { treeLines } from "./tree-lines.ts";

const HOSTILE = '</pre><script>document.title = "owned"</script><img src=x onerror=alert(1)>';

const started = (seq: number, parent: number, method: string, args: ScriptValue[], at: number): JournalEntry => ({
  type: "started",
  seq,
  parent,
  method,
  args,
  at,
});
const answer = (content: string) => ({ message: { role: "assistant", content }, content, model: "offline" });

const ENTRIES: JournalEntry[] = [
  { ...(started(1, 0, "agent.perform", ["scout", HOSTILE], 1000) as object), composite: true } as JournalEntry,
  started(2, 1, "llm.generate", [{ messages: [{ role: "user", content: HOSTILE }] }], 1100),
  {
    type: "ended",
    seq: 2,
    at: 2100,
    value: answer("by a tool"),
    usage: { inputTokens: 1234, outputTokens: 6, cost: 0.5 },
  },
  started(3, 1, "tools.perform", ["look_up", { place: "Rome" }], 2200),
  { type: "failed", seq: 3, at: 2300, error: { code: "tool.failed", message: HOSTILE, retryable: false } },
  started(4, 1, "llm.generate", [{ model: "new", messages: [] }], 2400),
  { type: "ended", seq: 4, at: 2900, value: answer("done"), usage: { inputTokens: 10, outputTokens: 4 } },
  { type: "ended", seq: 1, at: 3000, value: "done" },
  { type: "output", seq: 5, parent: 0, method: "console.log", calls: 2, text: "one\ntwo\n", at: 3000 },
  started(6, 0, "fs.read", ["a.txt"], 3000),
];

const RUN = { id: "r1", name: HOSTILE, file: "a.lua", engine: "lua", startedAt: 1000, status: "crashed" } as RunSummary;
const RECORDING = { header: { params: { topic: HOSTILE }, args: [] }, outcome: undefined } as unknown as Recording;
const effects = effectTree(ENTRIES.map(encodeEntry));

describe("a run's report", () => {
  const page = runReport(RUN, RECORDING, effects);

  test("shows what was asked, answered, called and spent", () => {
    for (const text of [
      "1,234",
      "tool.failed",
      "look_up",
      "by a tool",
      "did not end",
      "unknown",
      "2.0 s",
      "× 2",
      "one\ntwo",
    ])
      expect(page).toContain(text);
    expect(page.match(/class="effect /g)).toHaveLength(6);
  });

  test("holds no markup of what it shows, and loads nothing", () => {
    expect(page).not.toMatch(/<script|<img|src=(?!x onerror)|href=|url\(|@import/);
    expect(page).toContain("&lt;script&gt;");
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test("stays readable for a run of very many calls", () => {
    const many = Array.from({ length: 6000 }, (_, index) => started(index + 1, 0, "fs.exists", ["x".repeat(50)], 1000));
    const long = runReport(RUN, RECORDING, effectTree(many.map(encodeEntry)));
    expect(long.match(/class="effect /g)).toHaveLength(5000);
    expect(long).toContain("1000 further calls are left out");
  });
});

test("the tree names what each call is about, and adds up what it spent", () => {
  expect(treeLines(effects)).toEqual([
    "├─ agent scout  2.0 s  1,244 tokens in, 10 out, more than $0.50",
    "│  ├─ model offline  1.0 s  1,234 tokens in, 6 out, $0.50",
    `│  ├─ tool look_up  100 ms  tool.failed: ${HOSTILE}`,
    "│  └─ model offline  500 ms  10 tokens in, 4 out, price unknown",
    "└─ fs.read a.txt  did not end",
  ]);
});

test("a call that is given a handle is named all the same, and a built-in tool is one line with what it made", () => {
  const handle = (type: string) => ({ $llmspell: "handle", type, id: 2 }) as unknown as ScriptValue;
  const about = (entry: JournalEntry, name: string) => ({ ...entry, about: name }) as JournalEntry;
  const entries = [
    about(started(1, 0, "workflow.run", [handle("workflow")], 0), "digest"),
    about(started(2, 1, "workflow.step", ["digest", "pages", 1], 0), "pages"),
    about(started(3, 2, "tools.perform", [handle("tool"), {}], 0), "web_fetch"),
    about(started(4, 3, "tools.read", ["web_fetch", {}], 0), "web_fetch"),
    started(5, 4, "http.get", ["https://example.com/"], 0),
    started(6, 3, "trace.span", ["other"], 0),
  ];
  const ends = [6, 5, 4, 3, 2, 1].map((seq): JournalEntry => ({ type: "ended", seq, at: 5, value: null }));
  const tree = effectTree([...entries, ...ends].map(encodeEntry));
  expect(treeLines(tree)).toEqual([
    "└─ workflow digest  5 ms",
    "   └─ step pages  5 ms",
    "      └─ tool web_fetch  5 ms",
    "         ├─ http.get https://example.com/  5 ms",
    "         └─ span other  5 ms",
  ]);
  expect(runReport(RUN, RECORDING, tree)).toContain("<td>web_fetch</td>");
});

test("a page shows control characters as what nobody can read", () => {
  const { text } = html`<p title="${"a\u001b[31m"}">${"b\u0000\tc\n\u202Ed"}</p>`;
  expect(text).toBe('<p title="a\ufffd[31m">b\ufffd\tc\n\ufffdd</p>');
});
