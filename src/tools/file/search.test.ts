import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { globMatcher } from "./glob-matcher.ts";
import { fileGrep } from "./grep.ts";
import { fileList } from "./list.ts";
import { fileSearch } from "./search.ts";

let host: FixtureHost;
beforeEach(() => {
  host = createFixtureHost({
    files: {
      "README.md": "# Readme\nTODO: write\n",
      "src/main.ts": "one\nTODO main\nthree\nfour\n",
      "src/deep/other.ts": "x".repeat(2000),
      "node_modules/lib/index.ts": "TODO lib",
      ".hidden/secret.ts": "TODO hidden",
      "image.bin": Buffer.from([1, 0, 2]),
    },
  });
});
afterEach(() => host.close());

const paths = (answer: unknown, key: string) =>
  (answer as Record<string, { path: string }[]>)[key]?.map((entry) => entry.path);

describe("file_list", () => {
  test("lists a folder, or all below it, without hidden and left out names", async () => {
    expect(await host.run(fileList, {})).toEqual({
      path: ".",
      entries: [
        { path: "README.md", name: "README.md", type: "file" },
        { path: "image.bin", name: "image.bin", type: "file" },
        { path: "src", name: "src", type: "folder" },
      ],
      count: 3,
      truncated: false,
    });
    expect(paths(await host.run(fileList, { path: "src", glob: "src/**/*.ts" }), "entries")).toEqual([
      "src/main.ts",
      "src/deep/other.ts",
    ]);
    expect(paths(await host.run(fileList, { hidden: true, exclude: [] }), "entries")).toEqual([
      ".hidden",
      "README.md",
      "image.bin",
      "node_modules",
      "src",
    ]);
  });

  test("shows details and stops at the limit", async () => {
    fs.utimesSync(path.join(host.root, "README.md"), 1, Date.UTC(2024, 0, 2) / 1000);
    expect(await host.run(fileList, { limit: 1, details: true })).toEqual({
      path: ".",
      entries: [{ path: "README.md", name: "README.md", type: "file", size: 21, modified: "2024-01-02T00:00:00.000Z" }],
      count: 1,
      truncated: true,
    });
  });

  test("does not enter links to folders", async () => {
    fs.symlinkSync(host.root, path.join(host.root, "src/loop"));
    expect(paths(await host.run(fileList, { path: "src", recursive: true }), "entries")).toEqual([
      "src/deep",
      "src/loop",
      "src/main.ts",
      "src/deep/other.ts",
    ]);
  });

  test("refuses a file, a missing folder, and one outside", async () => {
    const file = await host.fail(fileList, { path: "README.md" });
    expect([file.code, file.hint]).toEqual(["fs.failed", expect.stringContaining("file_read")]);
    expect((await host.fail(fileList, { path: "none" })).code).toBe("fs.not_found");
    expect((await host.fail(fileList, { path: ".." })).code).toBe("permission.denied");
  });
});

describe("file_search", () => {
  test("finds by name, pattern, size and date", async () => {
    expect(paths(await host.run(fileSearch, { glob: "*.ts" }), "results")).toEqual([
      "src/deep/other.ts",
      "src/main.ts",
    ]);
    expect(paths(await host.run(fileSearch, { name: "READ" }), "results")).toEqual(["README.md"]);
    expect(paths(await host.run(fileSearch, { min_size: 1000 }), "results")).toEqual(["src/deep/other.ts"]);
    expect(paths(await host.run(fileSearch, { type: "folder" }), "results")).toEqual(["src", "src/deep"]);
    fs.utimesSync(path.join(host.root, "src/main.ts"), 1, Date.UTC(2020, 0, 2) / 1000);
    expect(paths(await host.run(fileSearch, { modified_before: "2020-06-01" }), "results")).toEqual(["src/main.ts"]);
    expect(paths(await host.run(fileSearch, { modified_after: "2020-06-01", glob: "*.ts" }), "results")).toEqual([
      "src/deep/other.ts",
    ]);
  });

  test("sorts by size and counts what the limit leaves out", async () => {
    const answer = await host.run(fileSearch, { sort: "size", limit: 1 });
    expect(answer).toMatchObject({ results: [{ path: "src/deep/other.ts", size: 2000 }], count: 4, truncated: true });
    const error = await host.fail(fileSearch, { modified_after: "yesterday" });
    expect([error.code, error.message]).toEqual(["input.invalid", '"yesterday" is no date']);
  });
});

describe("file_grep", () => {
  test("finds lines with their context in text files", async () => {
    expect(await host.run(fileGrep, { pattern: "TODO.*", context: 1 })).toEqual({
      matches: [
        { path: "README.md", line: 2, text: "TODO: write", before: ["# Readme"], after: [""] },
        { path: "src/main.ts", line: 2, text: "TODO main", before: ["one"], after: ["three"] },
      ],
      count: 2,
      files_searched: 3,
      files_skipped: 1,
      truncated: false,
    });
    expect(await host.run(fileGrep, { pattern: "todo", ignore_case: true, glob: "*.ts" })).toMatchObject({ count: 1 });
    expect(await host.run(fileGrep, { pattern: "o", path: "src/main.ts", max_matches: 1 })).toMatchObject({
      count: 1,
      truncated: true,
    });
    expect(await host.run(fileGrep, { pattern: "TODO.", fixed: true })).toMatchObject({ count: 0 });
  });

  test("takes linear time for a pattern that would backtrack", async () => {
    host.put("evil.txt", `${"a".repeat(20_000)}!`);
    expect(await host.run(fileGrep, { pattern: "^(a+)+$", path: "evil.txt" })).toMatchObject({ count: 0 });
  });

  test("cuts long lines and refuses wrong patterns", async () => {
    const answer = (await host.run(fileGrep, { pattern: "x", path: "src/deep/other.ts" })) as {
      matches: { text: string }[];
    };
    expect(answer.matches[0]?.text).toHaveLength(501);
    for (const pattern of ["(", "(?=a)"]) {
      const error = await host.fail(fileGrep, { pattern });
      expect([error.code, error.hint]).toEqual(["parse.invalid", expect.stringContaining("fixed")]);
    }
    expect((await host.fail(fileGrep, { pattern: "x", path: "none" })).code).toBe("fs.not_found");
  });

  test("stops when the run is ended", async () => {
    const abort = new AbortController();
    const stopped = createFixtureHost({ files: { "a.txt": "x" }, signal: abort.signal });
    abort.abort(new Error("the run ended"));
    await expect(stopped.run(fileGrep, { pattern: "x" })).rejects.toThrow("the run ended");
    stopped.close();
  });
});

test.each([
  ["*.ts", "src/a.ts", true],
  ["*.ts", "src/a.tsx", false],
  ["src/*.ts", "src/a.ts", true],
  ["src/*.ts", "src/b/a.ts", false],
  ["src/**/*.ts", "src/a.ts", true],
  ["src/**/*.ts", "src/b/c/a.ts", true],
  ["**/a.ts", "a.ts", true],
  ["src/**", "src/b/c", true],
  ["./src/*.ts", "src/a.ts", true],
  ["*.{ts,js}", "a.js", true],
  ["[!a]*.ts", "a.ts", false],
  ["[a-c]?.ts", "bx.ts", true],
  ["a+(b).ts", "a+(b).ts", true],
])("the pattern %j and the path %j: %j", (pattern, file, fits) => expect(globMatcher(pattern)(file)).toBe(fits));

test.each(["", "{a", "[z-a]x", "x".repeat(1001)])("%j is no pattern", (pattern) =>
  expect(() => globMatcher(pattern)).toThrow(/pattern/),
);
