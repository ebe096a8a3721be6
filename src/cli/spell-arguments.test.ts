import { Command } from "commander";
import { describe, expect, test } from "vitest";
import type { Parameter } from "../spells/manifest.ts";
import { declareRun } from "./declarations/run.ts";
import { readSpellArguments } from "./spell-arguments.ts";

const program = new Command("llmspell");
declareRun(program, undefined);
const { options } = program.commands[0] as Command;

const PARAMETERS: Parameter[] = [
  { name: "topic", type: "string" },
  { name: "max_results", type: "integer" },
  { name: "deep", type: "boolean" },
  { name: "no_cache", type: "boolean" },
  { name: "model", type: "string" },
];
const read = (...tokens: string[]) => readSpellArguments(tokens, options, "s.lua", PARAMETERS);

describe("behind the spell", () => {
  test("flags are its parameters, in any spelling, with or without =", () => {
    expect(read("s.lua", "--topic", "tides", "--max-results=-3", "--max_results", "5", "--maxResults", "6")).toEqual({
      given: [
        { name: "topic", text: "tides" },
        { name: "max_results", text: "-3" },
        { name: "max_results", text: "5" },
        { name: "max_results", text: "6" },
      ],
      args: [],
    });
  });

  test("booleans need no value and can be denied", () => {
    expect(read("s.lua", "--deep", "one", "--no-deep", "--no-cache", "--deep=yes").given).toEqual([
      { name: "deep", value: true },
      { name: "deep", value: false },
      { name: "no_cache", value: true },
      { name: "deep", text: "yes" },
    ]);
  });

  test("options of the command stay its own, with their values", () => {
    const tokens = [
      "--seed",
      "3",
      "s.lua",
      "--model",
      "x",
      "-m",
      "y",
      "-mz",
      "--cpu=3s",
      "-qv",
      "-p",
      "a=b",
      "one",
      "--json",
    ];
    expect(read(...tokens)).toEqual({ given: [], args: ["one"] });
  });

  test("everything behind -- is positional, negative numbers are too", () => {
    expect(read("s.lua", "-5", "one", "--topic", "-7", "--", "--topic", "--", "-x")).toEqual({
      given: [{ name: "topic", text: "-7" }],
      args: ["-5", "one", "--topic", "--", "-x"],
    });
    expect(read("--", "s.lua", "--topic")).toEqual({ given: [], args: ["--topic"] });
  });
});

test.each([
  [["s.lua", "--topc", "x"], "unknown option --topc (did you mean --topic?)"],
  [["s.lua", "--jsno"], "unknown option --jsno (did you mean --json?)"],
  [["s.lua", "--no-topic"], "unknown option --no-topic"],
  [["s.lua", "-x"], "unknown option -x"],
  [["s.lua", "--__proto__", "x"], "unknown option --__proto__"],
  [["s.lua", "--constructor=x"], "unknown option --constructor"],
  [["--topic", "x", "s.lua"], "unknown option --topic"],
  [["s.lua", "--topic"], "--topic wants a value"],
  [["s.lua", "--topic", "--json"], "--topic wants a value"],
])("%j: %s", (tokens, message) => {
  expect(() => read(...tokens)).toThrow(
    expect.objectContaining({ code: "usage.invalid", message: expect.stringContaining(message) }),
  );
});
