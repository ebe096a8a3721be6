import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CacheDatabase } from "../cache/cache-database.ts";
import { type BridgeHarness, createBridgeHarness } from "../testing/bridge-harness.ts";
import { fsBridge } from "./fs.ts";
import { cacheBridge } from "./cache.ts";
import { CACHE_STORAGE } from "./services.ts";

let folder: string;
let file: string;
let clock: number;
let runs: AbortController;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), "llmspell-cache-"));
  file = path.join(folder, "made/cache.db");
  clock = 1_000_000;
  runs = new AbortController();
});
afterEach(() => {
  runs.abort();
  fs.rmSync(folder, { recursive: true, force: true });
});

function openRun(spell = "me"): BridgeHarness {
  return createBridgeHarness([cacheBridge, fsBridge], {
    now: () => clock,
    signal: runs.signal,
    services: { [CACHE_STORAGE.name]: () => ({ file, spell }) },
  });
}

const call = (run: BridgeHarness, name: string, ...args: unknown[]) => run.call(`cache.${name}`, args);

describe("a kept cache", () => {
  it("is there for the spell's next run, and for no other spell", () => {
    const first = openRun();
    call(first, "set", "a", { x: [1, new Uint8Array([255])], when: new Date(5) });
    call(first, "set", "\ud800\u0000", false);
    const next = openRun();
    expect(call(next, "get", "a")).toEqual({ x: [1, new Uint8Array([255])], when: new Date(5) });
    expect([call(next, "get", "\ud800\u0000"), call(next, "keys")]).toEqual([false, ["a", "\ud800\u0000"]]);
    const other = openRun("other");
    expect([call(other, "has", "a"), call(other, "get", "a", "none"), call(other, "keys")]).toEqual([
      false,
      "none",
      [],
    ]);
    call(other, "set", "a", 1);
    call(other, "clear");
    expect([call(next, "delete", "a"), call(first, "has", "a"), call(next, "delete", "a")]).toEqual([
      true,
      false,
      false,
    ]);
    call(next, "set", "\ud800\u0000", null);
    expect(call(first, "keys")).toEqual([]);
  });

  it("forgets after the time to live, across runs", () => {
    call(openRun(), "set", "a", 1, 500);
    clock += 499;
    expect(call(openRun(), "get", "a")).toBe(1);
    clock += 1;
    const late = openRun();
    expect([call(late, "get", "a"), call(late, "has", "a"), call(late, "keys"), call(late, "delete", "a")]).toEqual([
      null,
      false,
      [],
      false,
    ]);
  });

  it("spares the next run the work of through", async () => {
    let made = 0;
    const make = async () => ({ n: ++made });
    expect(await call(openRun(), "through", "k", 1000, make)).toEqual({ n: 1 });
    expect(await call(openRun(), "through", "k", 1000, make)).toEqual({ n: 1 });
    clock += 1000;
    expect(await call(openRun(), "through", "k", 1000, make)).toEqual({ n: 2 });
  });

  it("holds what lives only inside the run for as long as that", () => {
    const run = openRun();
    call(run, "set", "f", 1);
    call(run, "set", "f", [() => 1]);
    expect(call(run, "keys")).toEqual(["f"]);
    expect(call(run, "get", "f")).toEqual([expect.objectContaining({ name: "anonymous" })]);
    expect(call(openRun(), "has", "f")).toBe(false);
    call(run, "set", "f", 2);
    expect([call(run, "get", "f"), call(openRun(), "get", "f")]).toEqual([2, 2]);
  });

  it("is answered from the journal on replay: nothing is read or written again", () => {
    const script = (run: BridgeHarness) => [
      call(run, "has", "a"),
      call(run, "set", "a", clock),
      call(run, "through", "b", 50, () => "made"),
      call(run, "get", "a"),
      call(run, "keys"),
    ];
    const first = openRun();
    const seen = script(first);
    expect(seen).toEqual([false, null, "made", 1_000_000, ["a", "b"]]);
    fs.rmSync(folder, { recursive: true });
    const replayed = first.replay();
    expect(script(replayed)).toEqual(seen);
    expect([replayed.journal(), fs.existsSync(folder)]).toEqual([[], false]);
  });

  it("is a miss and one warning where it cannot be used, and the spell goes on in memory", () => {
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, "no database".repeat(100));
    const run = openRun();
    call(run, "set", "a", 1);
    expect([call(run, "get", "a"), call(run, "keys")]).toEqual([1, ["a"]]);
    expect(run.logs).toEqual([
      {
        level: "warn",
        message: expect.stringMatching(/^cache: .*cache\.db.* is damaged .*lives as long as this run$/),
      },
    ]);
    const replayed = run.replay();
    call(replayed, "set", "a", 1);
    expect(replayed.logs).toEqual(run.logs);
    expect(fs.readFileSync(file, "utf8")).toBe("no database".repeat(100));
  });

  it("is a miss and one warning where it breaks meanwhile", () => {
    const run = openRun();
    call(run, "set", "a", 1);
    const sqlite = new DatabaseSync(file);
    sqlite.exec("DROP TRIGGER added; DROP TRIGGER removed; DROP TABLE entries");
    sqlite.close();
    expect([call(run, "get", "a"), call(run, "set", "b", 2), call(run, "has", "b"), call(run, "keys")]).toEqual([
      null,
      null,
      false,
      [],
    ]);
    expect(call(run, "through", "c", 50, () => "made")).toBe("made");
    expect(run.logs).toHaveLength(1);
  });
});

describe("CacheDatabase", () => {
  const limits = { entries: 3, bytes: 400, totalBytes: 600 };
  const open = () => new CacheDatabase(file, limits);

  it("drops what is over, then the least recently used, by number and by size", () => {
    using cache = open();
    for (const [index, key] of ["a", "b", "c"].entries()) cache.set("s", key, key, undefined, index);
    expect(cache.get("s", "a", 100_000)).toBe("a");
    cache.set("s", "d", "d", undefined, 100_001);
    expect(cache.keys("s", 100_001)).toEqual(["a", "c", "d"]);
    cache.set("s", "e", "e", 10, 100_002);
    cache.set("s", "f", "f", undefined, 100_100);
    expect(cache.keys("s", 100_100)).toEqual(["a", "d", "f"]);
    cache.set("s", "big", "x".repeat(390), undefined, 200_000);
    expect(cache.keys("s", 200_000)).toEqual(["big"]);
    cache.set("s", "big", "x".repeat(500), undefined, 200_001);
    expect(cache.keys("s", 200_001)).toEqual([]);
  });

  it("keeps all spells together within their limit", () => {
    using cache = open();
    cache.set("one", "a", "x".repeat(300), undefined, 1);
    cache.set("two", "a", "x".repeat(280), undefined, 2);
    expect(cache.spells()).toMatchObject([
      { spell: "two", entries: 1, bytes: 285, lastUsed: 2 },
      { spell: "one", entries: 1, bytes: 305, lastUsed: 1 },
    ]);
    cache.set("three", "a", "x".repeat(280), undefined, 3);
    expect(cache.spells().map(({ spell }) => spell)).toEqual(["three", "two"]);
  });

  it("counts what is removed, of one spell or of all", () => {
    using cache = open();
    using other = open();
    for (const spell of ["one", "two"]) for (const key of ["a", "b"]) cache.set(spell, key, 1, undefined, 0);
    expect([other.clear("one"), cache.spells().length, cache.clear(), other.clear()]).toEqual([2, 1, 2, 0]);
  });
});
