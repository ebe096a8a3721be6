import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SessionDatabase } from "./session-database.ts";

let folder: string;
let file: string;
let database: SessionDatabase;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "llmspell-sessions-"));
  file = path.join(folder, "sessions.db");
  database = new SessionDatabase(file);
});
afterEach(() => {
  database[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const about = { type: "text/plain", tags: [], metadata: {} };
const by = (run: string) => ({ run, at: 1 });

function contents(): number {
  using raw = new DatabaseSync(file);
  return raw.prepare("SELECT count(*) AS count FROM contents").get()?.["count"] as number;
}

test("keeps a content once, for as long as an artifact has it", () => {
  database.store("one", "a", "same", about, 1, 1000);
  database.store("one", "b", "same", about, 1, 1000);
  database.store("two", "a", new TextEncoder().encode("same"), about, 1, 1000);
  expect(contents()).toBe(1);
  expect([database.artifact("one", "b").content, database.artifact("two", "a").content]).toEqual([
    "same",
    new Uint8Array([115, 97, 109, 101]),
  ]);
  database.deleteArtifact("one", "a");
  database.deleteArtifact("one", "b");
  expect(contents()).toBe(1);
  database.deleteArtifact("two", "a");
  expect(contents()).toBe(0);
});

test("an owner has so many bytes, versions included", () => {
  database.store("one", "a", "x".repeat(60), about, 1, 100);
  expect(() => database.store("one", "a", "y".repeat(60), about, 1, 100)).toThrow(
    expect.objectContaining({ code: "limit.state" }),
  );
  expect(database.artifact("one", "a")).toMatchObject({ version: 1, size: 60 });
  expect(database.store("two", "a", "y".repeat(60), about, 1, 100).version).toBe(1);
});

test("knows the runs of a session, each once, and keeps owners apart", () => {
  database.create("me", { id: "s", tags: [], metadata: {} }, 1);
  for (const run of ["first", "second", "first"]) database.addMessage("me", "s", run, by(run));
  expect(database.get("me", "s")).toMatchObject({ runs: ["first", "second"], messages: 3 });
  expect(() => database.get("you", "s")).toThrow(expect.objectContaining({ code: "session.unknown" }));
  expect(database.list("you", {})).toEqual([]);
});

test("is seen by others at once, and goes with what it holds", () => {
  using other = new SessionDatabase(file);
  database.create("me", { id: "s", tags: ["t"], metadata: { k: 1 } }, 1);
  database.addMessage("me", "s", { content: "hi" }, by("run"));
  database.store("of s", "a", "x", about, 1, 100);
  expect(other.messages("me", "s")).toEqual([{ run: "run", at: 1, message: { content: "hi" } }]);
  expect([other.delete("me", "s", "of s", () => {}), database.delete("me", "s", "of s", () => {}), contents()]).toEqual(
    [true, false, 0],
  );
});
