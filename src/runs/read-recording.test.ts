import { describe, expect, it } from "vitest";
import { parseRecording } from "./read-recording.ts";

const HEADER = {
  llmspell: "recording",
  version: 1,
  run: "r",
  startedAt: 1,
  name: "x",
  engine: "lua",
  file: "x.lua",
  code: "",
  args: [],
  env: {},
  seed: 1,
  limits: {},
  policy: { allow: {} },
  budget: {},
  models: {},
  workspace: "/w",
  params: {},
};
const OUTPUT = { type: "output", parent: 0, seq: 1, method: "console.write", calls: 1, text: "1\n", at: 1 };
const STARTED = { type: "started", seq: 2, parent: 0, method: "fs.read", args: ["x"], at: 1 };
const textOf = (...lines: readonly unknown[]) =>
  [HEADER, ...lines].map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");

it("tells that a recording was cut off in its first line", () => {
  expect(() => parseRecording(JSON.stringify(HEADER).slice(0, 60), "f")).toThrow(
    expect.objectContaining({
      code: "journal.corrupt",
      message: expect.stringContaining("first line, which holds the script, is cut off"),
    }),
  );
});

describe("a recording that somebody made up", () => {
  it("is read where it is sound", () => {
    expect(parseRecording(textOf(OUTPUT, STARTED, { ...OUTPUT, seq: 3, parent: 2 }), "f").lines).toHaveLength(3);
  });

  it.each<[string, readonly unknown[]]>([
    ["an effect that led to itself", [{ ...STARTED, parent: 2 }]],
    [
      "effects that led to each other",
      [
        { ...STARTED, parent: 3 },
        { ...STARTED, seq: 3, parent: 2 },
      ],
    ],
    ["output of an effect that comes later", [{ ...OUTPUT, parent: 7 }]],
    ["more outputs than a replay can hold", [{ ...OUTPUT, calls: 2 ** 32 }]],
    ["as many in several entries", [1, 2, 3].map((seq) => ({ ...OUTPUT, seq, calls: 4_000_000 }))],
    [
      "a value of 100,000 levels",
      [JSON.stringify({ ...STARTED, args: "@" }).replace('"@"', "[".repeat(1e5) + "]".repeat(1e5))],
    ],
  ])("is refused with %s", (_, lines) => {
    expect(() => parseRecording(textOf(...lines), "f")).toThrow(
      expect.objectContaining({ code: "journal.corrupt" }) as Error,
    );
  });
});
