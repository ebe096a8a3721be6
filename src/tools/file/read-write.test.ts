import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { fileHash } from "./hash.ts";
import { fileList } from "./list.ts";
import { fileCopy, fileDelete, fileMove } from "./move.ts";
import { fileRead } from "./read.ts";
import { fileAppend, fileWrite } from "./write.ts";

let host: FixtureHost;
beforeEach(() => {
  host = createFixtureHost({ files: { "notes.txt": "first\nsecond\nthird\n", "sub/a.md": "# A" } });
});
afterEach(() => host.close());

describe("file_read", () => {
  test("reads all or some lines, and says what follows", async () => {
    expect(await host.run(fileRead, { path: "notes.txt" })).toMatchObject({
      content: "first\nsecond\nthird\n",
      total_lines: 3,
      size: 19,
      truncated: false,
    });
    expect(await host.run(fileRead, { path: "notes.txt", offset: 2, limit: 1 })).toMatchObject({
      content: "second\n",
      first_line: 2,
      last_line: 2,
      truncated: true,
    });
    expect(await host.run(fileRead, { path: "notes.txt", offset: 3 })).toMatchObject({
      content: "third\n",
      truncated: false,
    });
    const past = await host.fail(fileRead, { path: "notes.txt", offset: 4 });
    expect([past.code, past.message]).toEqual(["input.invalid", '"notes.txt" has 3 lines, none from 4 on']);
  });

  test("reads other encodings and bytes", async () => {
    host.put("latin.txt", Buffer.from("caf\u00e9", "latin1"));
    host.put("wide.txt", Buffer.from("\ufeffh\u00e9llo", "utf16le"));
    host.put("marked.txt", "\ufeffhello");
    host.put("empty.txt", "");
    expect(await host.run(fileRead, { path: "latin.txt", encoding: "windows-1252" })).toMatchObject({
      content: "café",
    });
    expect(await host.run(fileRead, { path: "wide.txt", encoding: "utf-16le" })).toMatchObject({ content: "héllo" });
    expect(await host.run(fileRead, { path: "marked.txt" })).toMatchObject({ content: "hello" });
    expect(await host.run(fileRead, { path: "empty.txt" })).toMatchObject({ content: "", total_lines: 0 });
    expect(await host.run(fileRead, { path: "latin.txt", encoding: "base64" })).toMatchObject({
      content: "Y2Fm6Q==",
      size: 4,
    });
  });

  test("says what is wrong with a file that is no such text, and what to do", async () => {
    host.put("latin.txt", Buffer.from("caf\u00e9", "latin1"));
    host.put("wide.txt", Buffer.from("\ufeffh\u00e9", "utf16le"));
    host.put("image.bin", Buffer.from([0x89, 0, 0xff, 0xfe]));
    const [latin, wide, image] = await Promise.all(
      ["latin.txt", "wide.txt", "image.bin"].map((file) => host.fail(fileRead, { path: file })),
    );
    expect([latin?.code, latin?.message]).toEqual(["tool.bad_file", '"latin.txt" is not valid utf-8 text']);
    expect(latin?.hint).toContain("windows-1252");
    expect(wide?.hint).toContain("utf-16le");
    expect(image?.hint).toContain("base64");
  });

  test("refuses what is too long to answer, with the way to read it", async () => {
    host.put("long.txt", "x".repeat(99) + "\n".repeat(1_000_000));
    const error = await host.fail(fileRead, { path: "long.txt" });
    expect(error.code).toBe("value.too_large");
    expect(error.hint).toContain("offset and limit");
    expect(await host.run(fileRead, { path: "long.txt", limit: 1 })).toMatchObject({ truncated: true });
  });

  test.each([
    ["missing.txt", "fs.not_found"],
    ["sub", "fs.failed"],
    ["../out.txt", "permission.denied"],
    ["/etc/passwd", "permission.denied"],
    ["link.txt", "permission.denied"],
    ["a\0b", "input.invalid"],
  ])("refuses %j", async (given, code) => {
    fs.symlinkSync("/etc/passwd", path.join(host.root, "link.txt"));
    expect((await host.fail(fileRead, { path: given })).code).toBe(code);
  });
});

describe("file_write and file_append", () => {
  test("replaces, makes folders, appends, and refuses to replace on request", async () => {
    expect(await host.run(fileWrite, { path: "new/deep/a.txt", content: "é" })).toEqual({
      path: "new/deep/a.txt",
      bytes: 2,
      created: true,
    });
    expect(await host.run(fileWrite, { path: "notes.txt", content: "x" })).toMatchObject({ created: false });
    expect(await host.run(fileWrite, { path: "notes.txt", content: "y", mode: "append" })).toMatchObject({ bytes: 1 });
    expect(host.onDisk("notes.txt")).toBe("xy");
    expect((await host.fail(fileWrite, { path: "notes.txt", content: "z", mode: "create" })).code).toBe("fs.exists");
    expect(await host.run(fileAppend, { path: "log.txt", content: "a", newline: true })).toMatchObject({ size: 2 });
    expect(await host.run(fileAppend, { path: "log.txt", content: "b\n", newline: true })).toMatchObject({ size: 4 });
    expect(host.onDisk("log.txt")).toBe("a\nb\n");
  });

  test("writes bytes and other encodings, and refuses what they cannot hold", async () => {
    await host.run(fileWrite, { path: "b.bin", content: "AAH/", encoding: "base64" });
    expect([...fs.readFileSync(path.join(host.root, "b.bin"))]).toEqual([0, 1, 255]);
    await host.run(fileWrite, { path: "l.txt", content: "é", encoding: "latin1" });
    expect([...fs.readFileSync(path.join(host.root, "l.txt"))]).toEqual([0xe9]);
    for (const args of [
      { content: "€", encoding: "latin1" },
      { content: "no base64!", encoding: "base64" },
      { content: "\ud800" },
    ]) {
      expect((await host.fail(fileWrite, { path: "bad.txt", ...args })).code).toBe("input.invalid");
    }
    expect(fs.existsSync(path.join(host.root, "bad.txt"))).toBe(false);
  });

  test("asks the policy for the path and writes nothing where it says no", async () => {
    const strict = createFixtureHost({ policy: (capability) => capability === "fs.read" });
    expect((await strict.fail(fileWrite, { path: "a.txt", content: "x" })).code).toBe("permission.denied");
    expect((await strict.fail(fileAppend, { path: "a.txt", content: "x" })).code).toBe("permission.denied");
    expect(fs.readdirSync(strict.root)).toEqual([]);
    strict.close();
  });

  test("refuses folders and paths that lead out", async () => {
    expect((await host.fail(fileWrite, { path: "sub", content: "x" })).code).toBe("fs.failed");
    expect((await host.fail(fileWrite, { path: "../x", content: "x" })).code).toBe("permission.denied");
    expect((await host.fail(fileWrite, { path: "notes.txt/x", content: "x" })).code).toMatch(/^fs\./);
  });
});

describe("file_move, file_copy, file_delete", () => {
  test("move, copy and delete files and folders", async () => {
    await host.run(fileMove, { from: "notes.txt", to: "x/y.txt" });
    await host.run(fileCopy, { from: "sub", to: "copy" });
    expect(await host.run(fileList, { recursive: true })).toMatchObject({
      entries: [
        { path: "copy" },
        { path: "sub" },
        { path: "x" },
        { path: "copy/a.md" },
        { path: "sub/a.md" },
        { path: "x/y.txt" },
      ],
    });
    expect(await host.run(fileDelete, { path: "x/y.txt" })).toEqual({ path: "x/y.txt", deleted: true });
    expect(await host.run(fileDelete, { path: "x/y.txt" })).toMatchObject({ deleted: false });
    const full = await host.fail(fileDelete, { path: "copy" });
    expect([full.code, full.hint]).toEqual(["fs.failed", expect.stringContaining("recursive")]);
    expect(await host.run(fileDelete, { path: "copy", recursive: true })).toMatchObject({ deleted: true });
  });

  test("keep what is there unless told otherwise", async () => {
    for (const tool of [fileMove, fileCopy]) {
      const error = await host.fail(tool, { from: "notes.txt", to: "sub/a.md" });
      expect([error.code, error.hint]).toEqual(["fs.exists", expect.stringContaining("overwrite")]);
      expect((await host.fail(tool, { from: "none", to: "z" })).code).toBe("fs.not_found");
    }
    await host.run(fileCopy, { from: "notes.txt", to: "sub/a.md", overwrite: true });
    expect(host.onDisk("sub/a.md")).toBe("first\nsecond\nthird\n");
    expect((await host.fail(fileDelete, { path: "." })).code).toBe("fs.failed");
  });
});

test("file_hash answers and compares checksums", async () => {
  host.put("abc.txt", "abc");
  const sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(await host.run(fileHash, { path: "abc.txt", expected: sha.toUpperCase() })).toEqual({
    path: "abc.txt",
    algorithm: "sha256",
    hash: sha,
    size: 3,
    matches: true,
  });
  expect(await host.run(fileHash, { path: "abc.txt", algorithm: "md5", expected: "0" })).toMatchObject({
    hash: "900150983cd24fb0d6963f7d28e17f72",
    matches: false,
  });
});
