import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFixtureHost, type FixtureHost } from "../fixtures/fixture-host.ts";
import { regexExtract, regexReplace } from "./regex.ts";
import { templateRender } from "./template-render.ts";
import { textDiff } from "./text-diff.ts";
import { textSplit, tokenCount } from "./text-pieces.ts";
import { textStatistics } from "./text-statistics.ts";
import { textTranslate } from "./text-translate.ts";

let host: FixtureHost;
beforeEach(() => (host = createFixtureHost()));
afterEach(() => host.close());

describe("template_render", () => {
  it("fills a template, and escapes where that is wanted", async () => {
    const template = "{% for t in tasks %}- {{ t | upcase }}\n{% endfor %}";
    expect(await host.run(templateRender, { template, values: { tasks: ["a", "<b>"] } })).toEqual({
      text: "- A\n- <B>\n",
    });
    const args = { template: "{{ x }}", values: { x: "<i>" }, escape: "html" };
    expect(await host.run(templateRender, args)).toEqual({ text: "&lt;i&gt;" });
  });

  it("names what is missing or wrong", async () => {
    expect((await host.fail(templateRender, { template: "{{ nope }}" })).code).toBe("template.missing");
    expect(await host.run(templateRender, { template: "{{ nope }}", strict: false })).toEqual({ text: "" });
    expect((await host.fail(templateRender, { template: "{% if %" })).code).toBe("parse.invalid");
  });
});

describe("regular expressions", () => {
  it("extract matches with their groups", async () => {
    const args = { text: "a=1, b=22", pattern: "(?P<key>\\w)=(\\d+)", max_results: 1 };
    expect(await host.run(regexExtract, args)).toEqual({
      count: 1,
      truncated: true,
      matches: [{ text: "a=1", index: 0, groups: ["a", "1"], named: { key: "a" } }],
    });
  });

  it("replace", async () => {
    const args = { text: "2026-03-01", pattern: "(\\d+)-(\\d+)-(\\d+)", replacement: "$3.$2.$1" };
    expect(await host.run(regexReplace, args)).toEqual({ text: "01.03.2026", changed: true });
    expect(await host.run(regexReplace, { text: "x", pattern: "y", replacement: "z" })).toEqual({
      text: "x",
      changed: false,
    });
  });

  it("take linear time on patterns that others take forever for, and refuse what is no pattern", async () => {
    const args = { text: "a".repeat(50_000), pattern: "(a+)+$x" };
    expect(await host.run(regexExtract, args)).toMatchObject({ count: 0 });
    expect((await host.fail(regexExtract, { text: "", pattern: "(" })).code).toBe("parse.invalid");
    expect((await host.fail(regexReplace, { text: "", pattern: "(?=a)", replacement: "" })).code).toBe("parse.invalid");
  });
});

describe("text_diff", () => {
  it("counts what was added and removed", async () => {
    expect(await host.run(textDiff, { before: "a\n--b\n", after: "a\nc\nd\n", before_name: "x" })).toMatchObject({
      equal: false,
      added: 2,
      removed: 1,
      diff: expect.stringContaining("--- x\n+++ after\n@@") as string,
    });
    expect(await host.run(textDiff, { before: "a", after: "a" })).toEqual({
      equal: true,
      added: 0,
      removed: 0,
      diff: "",
    });
  });
});

describe("text_statistics", () => {
  it("counts, and finds what a text is about", async () => {
    const text = "The cat sat on the mat. The cat slept!\n\nDid the dog bark?";
    expect(await host.run(textStatistics, { text, keywords: 1 })).toMatchObject({
      words: 13,
      unique_words: 9,
      sentences: 3,
      paragraphs: 2,
      lines: 3,
      keywords: [{ word: "cat", count: 2 }],
    });
    const easy = (await host.run(textStatistics, { text: "The cat sat. It ran." })) as { flesch_reading_ease: number };
    const hard = (await host.run(textStatistics, {
      text: "Organizational interoperability necessitates multidimensional standardization.",
    })) as { flesch_reading_ease: number };
    expect(easy.flesch_reading_ease).toBeGreaterThan(90);
    expect(hard.flesch_reading_ease).toBeLessThan(0);
  });

  it("of nothing is zero, and of too much an error", async () => {
    expect(await host.run(textStatistics, { text: "" })).toMatchObject({
      words: 0,
      lines: 0,
      flesch_reading_ease: null,
    });
    expect((await host.fail(textStatistics, { text: "x".repeat(2_000_001) })).code).toBe("value.too_large");
  });
});

describe("text_translate", () => {
  it("asks the model for the translation alone, in the words that are given", async () => {
    host.close();
    host = createFixtureHost({
      generate: (prompt, options) =>
        `${prompt} | ${options?.system?.includes("into German") && options.system.includes("- spell: Zauber")}`,
    });
    const args = { text: "a spell", to: "German", glossary: { spell: "Zauber" } };
    expect(await host.run(textTranslate, args)).toEqual({ text: "a spell | true", to: "German" });
  });
});

describe("pieces", () => {
  it("count as tokens", async () => {
    expect(await host.run(tokenCount, { text: "Hello world", limit: 1 })).toMatchObject({
      fits: false,
      characters: 11,
    });
  });

  it("split a text at separators and by size", async () => {
    expect(await host.run(textSplit, { text: "a,b", by: "separator", separator: "," })).toEqual({
      count: 2,
      pieces: ["a", "b"],
    });
    expect(await host.run(textSplit, { text: "one two three four", by: "words", size: 3 })).toEqual({
      count: 2,
      pieces: ["one two three", " four"],
    });
    const args = { text: "x", by: "chars", size: 2, overlap: 2 };
    expect((await host.fail(textSplit, args)).code).toBe("input.invalid");
  });
});
