import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../bridge/run-ports.ts";
import { Progress, startProgress } from "./progress.ts";

const CLEAR = "\r\u001B[K";

function setUp(columns = 80) {
  const written: string[] = [];
  const clock = { now: 10_000 };
  const stream = { columns, write: (text: string) => written.push(text) };
  const progress = new Progress(stream, () => clock.now);
  return {
    progress,
    written,
    /** What a tick so much later writes. */
    tick(milliseconds: number): string {
      clock.now += milliseconds;
      const before = written.length;
      progress.tick();
      return written.slice(before).join("");
    },
    write: (text: string) => progress.beside(() => void written.push(text), text),
  };
}

const started = (seq: number, method: string, more: object = {}): RunEvent => ({
  type: "call.started",
  runId: "r",
  seq,
  parent: 0,
  method,
  at: 10_000,
  ...more,
});
const finished = (seq: number): RunEvent => ({
  type: "call.finished",
  runId: "r",
  seq,
  parent: 0,
  method: "x",
  at: 0,
  durationMs: 1,
});

describe("the progress line", () => {
  it("stays away from a run that is quick or talks", () => {
    const { tick, write, progress } = setUp();
    progress.told(started(1, "llm.generate"));
    expect(tick(300)).toBe("");
    write("a line\n");
    expect(tick(300)).toBe("");
    expect(tick(200)).not.toBe("");
  });

  it("says what the run waits for, for how long and how much else", () => {
    const { tick, progress } = setUp();
    expect(tick(500)).toMatch(/running, 500 ms$/);
    progress.told(started(1, "llm.generate", { target: "openai/gpt-4o" }));
    expect(tick(1500)).toMatch(/waiting for model openai\/gpt-4o, 2\.0 s$/);
    progress.told(started(2, "http.exchange", { target: "example.com" }));
    progress.told(started(3, "http.exchange", { target: "example.com" }));
    expect(tick(0)).toMatch(/waiting for model openai\/gpt-4o and 2 more/);
    progress.told(finished(1));
    progress.told(finished(2));
    expect(tick(0)).toMatch(/waiting for http example\.com, /);
    progress.told(finished(3));
    expect(tick(0)).toMatch(/running/);
  });

  it("names the call that the others wait for", () => {
    const { tick, progress } = setUp();
    progress.told(started(1, "data.map"));
    progress.told(started(2, "llm.generate", { parent: 1 }));
    expect(tick(1000)).toMatch(/waiting for model, /);
  });

  it("is taken away before anything else is written, and never stands behind half a line", () => {
    const { tick, write, written } = setUp();
    tick(1000);
    const before = written.length;
    write("half");
    expect(written.slice(before)).toEqual([CLEAR, "half"]);
    expect(tick(5000)).toBe("");
    write(" a line\n");
    expect(tick(5000)).not.toBe("");
  });

  it("leaves nothing behind", () => {
    const { tick, progress, written } = setUp();
    tick(1000);
    progress.end();
    expect(written.at(-1)).toBe(CLEAR);
    expect(tick(5000)).toBe("");
  });

  it("fits into the terminal, on one line, whatever a target holds", () => {
    const { tick, progress } = setUp(40);
    progress.told(started(1, "fs.read", { target: `a\nb\u001B[31m${"x".repeat(100)}` }));
    const line = tick(1000).slice(CLEAR.length);
    expect(line.length).toBeLessThan(40);
    expect(line).toContain("a b\\x1b[31m");
  });
});

it("is for terminals that can show it, and people who want it", () => {
  const terminal = Object.assign(new Writable(), { isTTY: true }) as unknown as NodeJS.WriteStream;
  const file = new Writable() as unknown as NodeJS.WriteStream;
  expect(startProgress(file, {})).toBeUndefined();
  for (const env of [{ TERM: "dumb" }, { NO_COLOR: "1" }, { CI: "true" }])
    expect(startProgress(terminal, env)).toBeUndefined();
  expect(startProgress(terminal, { TERM: "xterm" })).toBeInstanceOf(Progress);
});
