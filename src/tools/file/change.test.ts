import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { fileDiff } from "./diff.ts";
import { fileEdit } from "./edit.ts";
import { filePatch } from "./patch.ts";
import { fileWatch } from "./watch.ts";

const TEXT = "first\nsecond\nthird\n";
let host: FixtureHost;
beforeEach(() => {
  host = createFixtureHost({
    files: { "a.txt": TEXT, "b.txt": "first\n2nd\nthird\n", "twice.txt": "x = 1\n  y\nx = 1\n" },
  });
});
afterEach(() => host.close());

describe("file_edit", () => {
  test("replaces a text that stands there once and shows the change", async () => {
    expect(await host.run(fileEdit, { path: "a.txt", old_text: "second\n", new_text: "2nd\n" })).toEqual({
      path: "a.txt",
      replacements: 1,
      diff: "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n first\n-second\n+2nd\n third\n",
    });
    expect(host.onDisk("a.txt")).toBe("first\n2nd\nthird\n");
  });

  test("changes nothing where the text is missing or stands there more than once", async () => {
    const twice = await host.fail(fileEdit, { path: "twice.txt", old_text: "x = 1", new_text: "x = 2" });
    expect([twice.code, twice.message]).toEqual([
      "tool.no_match",
      'old_text stands 2 times in "twice.txt": lines 1, 3',
    ]);
    const missing = await host.fail(fileEdit, { path: "twice.txt", old_text: "    y\n", new_text: "z" });
    expect([missing.code, missing.hint]).toEqual(["tool.no_match", expect.stringContaining("Line 2")]);
    expect((await host.fail(fileEdit, { path: "a.txt", old_text: "first", new_text: "first" })).code).toBe(
      "input.invalid",
    );
    expect(host.onDisk("twice.txt")).toBe("x = 1\n  y\nx = 1\n");
  });

  test("replaces everywhere on request, or only shows the change", async () => {
    const args = { path: "twice.txt", old_text: "x = 1", new_text: "$& = 2", replace_all: true };
    expect(await host.run(fileEdit, { ...args, dry_run: true })).toMatchObject({ replacements: 2 });
    expect(host.onDisk("twice.txt")).toContain("x = 1");
    await host.run(fileEdit, args);
    expect(host.onDisk("twice.txt")).toBe("$& = 2\n  y\n$& = 2\n");
  });

  test("keeps Windows line ends and a byte order mark", async () => {
    host.put("win.txt", "\ufeffone\r\ntwo\r\n");
    await host.run(fileEdit, { path: "win.txt", old_text: "one\ntwo\n", new_text: "1\n2\n" });
    expect(host.onDisk("win.txt")).toBe("\ufeff1\r\n2\r\n");
  });
});

describe("file_diff and file_patch", () => {
  test("a diff, applied, makes the new file of the old one", async () => {
    const { diff } = (await host.run(fileDiff, { from: "a.txt", to: "b.txt" })) as { diff: string };
    expect(diff).toBe("--- a/a.txt\n+++ b/b.txt\n@@ -1,3 +1,3 @@\n first\n-second\n+2nd\n third\n");
    expect(await host.run(filePatch, { patch: diff, path: "a.txt" })).toEqual({
      files: [{ path: "a.txt", action: "changed", added: 1, removed: 1 }],
      applied: true,
    });
    expect(host.onDisk("a.txt")).toBe(host.onDisk("b.txt"));
    expect(await host.run(fileDiff, { from: "a.txt", to: "b.txt" })).toEqual({
      diff: "",
      identical: true,
      added: 0,
      removed: 0,
    });
  });

  const GIT = [
    "diff --git a/a.txt b/a.txt",
    "--- a/a.txt",
    "+++ b/a.txt",
    "@@ -2,2 +2,2 @@",
    "-second",
    "+2nd",
    " third",
    "diff --git a/new/c.txt b/new/c.txt",
    "new file mode 100644",
    "--- /dev/null",
    "+++ b/new/c.txt",
    "@@ -0,0 +1 @@",
    "+fresh",
    "diff --git a/b.txt b/b.txt",
    "deleted file mode 100644",
    "--- a/b.txt",
    "+++ /dev/null",
    "@@ -1,3 +0,0 @@",
    "-first",
    "-2nd",
    "-third",
    "",
  ].join("\n");

  test("changes, makes and deletes several files", async () => {
    expect(await host.run(filePatch, { patch: GIT, dry_run: true })).toMatchObject({ applied: false });
    expect(host.onDisk("a.txt")).toBe(TEXT);
    expect(await host.run(filePatch, { patch: GIT })).toEqual({
      files: [
        { path: "a.txt", action: "changed", added: 1, removed: 1 },
        { path: "new/c.txt", action: "created", added: 1, removed: 0 },
        { path: "b.txt", action: "deleted", added: 0, removed: 3 },
      ],
      applied: true,
    });
    expect([host.onDisk("a.txt"), host.onDisk("new/c.txt")]).toEqual(["first\n2nd\nthird\n", "fresh\n"]);
    expect(fs.existsSync(path.join(host.root, "b.txt"))).toBe(false);
  });

  test("changes nothing at all when one part does not fit", async () => {
    host.put("b.txt", "other\n");
    const error = await host.fail(filePatch, { patch: GIT });
    expect([error.code, error.message]).toEqual([
      "tool.no_match",
      'the patch does not fit "b.txt": hunk 1 (line 1) wants a line that is not there: "first"',
    ]);
    expect(host.onDisk("a.txt")).toBe(TEXT);
    expect(fs.existsSync(path.join(host.root, "new"))).toBe(false);
  });

  test("takes back what it wrote when a later write is refused", async () => {
    const strict = createFixtureHost({
      files: { "a.txt": TEXT, "b.txt": "first\n2nd\nthird\n" },
      policy: (capability, target) => capability === "fs.read" || target !== "b.txt",
    });
    expect((await strict.fail(filePatch, { patch: GIT })).code).toBe("permission.denied");
    expect(strict.onDisk("a.txt")).toBe(TEXT);
    expect(fs.existsSync(path.join(strict.root, "new/c.txt"))).toBe(false);
    strict.close();
  });

  test("finds the place of a hunk that has moved, and bears with changed context only with fuzz", async () => {
    host.put("a.txt", `zero\nzero\n${TEXT}`);
    const patch = "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n first\n-second\n+2nd\n third\n";
    await host.run(filePatch, { patch });
    expect(host.onDisk("a.txt")).toBe("zero\nzero\nfirst\n2nd\nthird\n");
    host.put("a.txt", "one\nfirst\nsecond\nthird\nFOUR\n");
    const wide = "--- a/a.txt\n+++ b/a.txt\n@@ -2,4 +2,4 @@\n first\n-second\n+2nd\n third\n four\n";
    expect((await host.fail(filePatch, { patch: wide })).code).toBe("tool.no_match");
    await host.run(filePatch, { patch: wide, fuzz: 1 });
    expect(host.onDisk("a.txt")).toBe("one\nfirst\n2nd\nthird\nFOUR\n");
  });

  test("renames", async () => {
    const patch = "diff --git a/a.txt b/moved.txt\nsimilarity index 100%\nrename from a.txt\nrename to moved.txt\n";
    expect(await host.run(filePatch, { patch })).toMatchObject({ files: [{ path: "moved.txt", action: "renamed" }] });
    expect(host.onDisk("moved.txt")).toBe(TEXT);
    expect(fs.existsSync(path.join(host.root, "a.txt"))).toBe(false);
  });

  test.each([
    ["no diff at all", "parse.invalid"],
    ["--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,9 @@\n first\n", "parse.invalid"],
    ["--- a/none.txt\n+++ b/none.txt\n@@ -1 +1 @@\n-a\n+b\n", "fs.not_found"],
    ["--- a/../../etc/x\n+++ b/../../etc/x\n@@ -1 +1 @@\n-a\n+b\n", "permission.denied"],
    ["--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1 @@\n+a\n", "fs.exists"],
    [
      "--- a/a.txt\n+++ b/a.txt\n@@ -2 +2 @@\n-second\n+b\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-first\n+b\n",
      "input.invalid",
    ],
  ])("refuses the patch %j", async (patch, code) => {
    expect((await host.fail(filePatch, { patch })).code).toBe(code);
    expect(host.onDisk("a.txt")).toBe(TEXT);
  });

  test("wants one thing to compare with", async () => {
    expect((await host.fail(fileDiff, { from: "a.txt" })).code).toBe("input.invalid");
    expect((await host.fail(fileDiff, { from: "a.txt", to: "b.txt", to_text: "" })).code).toBe("input.invalid");
  });
});

describe("file_watch", () => {
  test("answers what changed", async () => {
    const waiting = host.run(fileWatch, { path: ".", recursive: true });
    setImmediate(() => host.put("sub/new.txt", "x"));
    expect(await waiting).toMatchObject({
      changed: true,
      changes: expect.arrayContaining([{ path: "sub", type: "created" }]),
    });
  });

  test("sees a file that is changed or removed", async () => {
    const changed = host.run(fileWatch, { path: "a.txt" });
    setImmediate(() => fs.appendFileSync(path.join(host.root, "a.txt"), "more"));
    expect(await changed).toEqual({ changed: true, changes: [{ path: "a.txt", type: "changed" }] });
    const removed = host.run(fileWatch, { path: "a.txt" });
    setImmediate(() => fs.rmSync(path.join(host.root, "a.txt")));
    expect(await removed).toEqual({ changed: true, changes: [{ path: "a.txt", type: "removed" }] });
  });

  test("says that nothing changed when the time is up, and ends with the run", async () => {
    expect(await host.run(fileWatch, { path: "a.txt", timeout_ms: 20 })).toEqual({ changed: false, changes: [] });
    const abort = new AbortController();
    const stopped = createFixtureHost({ files: { "a.txt": "x" }, signal: abort.signal });
    const waiting = stopped.run(fileWatch, { path: "a.txt" });
    abort.abort(new Error("the run ended"));
    await expect(waiting).rejects.toThrow("the run ended");
    stopped.close();
    expect((await host.fail(fileWatch, { path: "none" })).code).toBe("fs.not_found");
  });
});
