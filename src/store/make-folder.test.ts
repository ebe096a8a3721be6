import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeFolder } from "./make-folder.ts";

const scratch = mkdtempSync(path.join(tmpdir(), "llmspell-folder-"));
afterAll(() => rmSync(scratch, { recursive: true }));

describe("makeFolder", () => {
  it("makes a folder and those above it for the user alone, and is content where it is there", () => {
    const folder = path.join(scratch, "a/b/c");
    makeFolder(folder);
    makeFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(scratch, "a")).mode & 0o777).toBe(0o700);
  });

  it("fails below a file", () => {
    writeFileSync(path.join(scratch, "file"), "");
    expect(() => makeFolder(path.join(scratch, "file/a"))).toThrow(/EEXIST/);
    expect(() => makeFolder(path.join(scratch, "file"))).toThrow(/EEXIST/);
  });

  it.runIf(process.platform === "linux")("fails where the file system makes no folders", () => {
    expect(() => makeFolder("/proc/llmspell/a/b")).toThrow(/ENOENT/);
  });
});
