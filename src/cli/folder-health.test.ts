import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { databaseHealth, folderHealth } from "./folder-health.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), "llmspell-health-"))));
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

it("says what a folder holds", () => {
  expect(folderHealth(folder)).toEqual({ status: "ok", detail: `${folder}, empty` });
  mkdirSync(path.join(folder, "deep"));
  writeFileSync(path.join(folder, "deep/a"), "x".repeat(2048));
  writeFileSync(path.join(folder, "b"), "");
  expect(folderHealth(folder).detail).toBe(`${folder}, 2 files, 2 KB`);
});

it("knows one that can still be made, and one that cannot", () => {
  expect(folderHealth(path.join(folder, "a/b"))).toMatchObject({ status: "absent" });
  writeFileSync(path.join(folder, "file"), "");
  expect(folderHealth(path.join(folder, "file"))).toMatchObject({ status: "failed" });
  expect(folderHealth(path.join(folder, "file/below/it"))).toMatchObject({ status: "failed" });
});

it.runIf(process.getuid?.() !== 0)("knows one that cannot be written to", () => {
  chmodSync(folder, 0o500);
  expect(folderHealth(folder)).toMatchObject({ status: "failed" });
  expect(folderHealth(path.join(folder, "below"))).toMatchObject({ status: "failed" });
});

it("knows databases that can be read, and damaged ones", () => {
  const sqlite = new DatabaseSync(path.join(folder, "good.db"));
  sqlite.exec("CREATE TABLE notes (text TEXT)");
  sqlite.close();
  writeFileSync(path.join(folder, "bad.db"), "no database ".repeat(1000));
  writeFileSync(path.join(folder, "other.txt"), "");
  expect(databaseHealth(folder).map(({ file, status }) => [path.basename(file), status])).toEqual([
    ["bad.db", "failed"],
    ["good.db", "ok"],
  ]);
  expect(databaseHealth(path.join(folder, "none"))).toEqual([]);
});
