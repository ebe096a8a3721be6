import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { thisProcess } from "./process-identity.ts";
import { type RunEnd, RunStore } from "./run-store.ts";

const DAY = 24 * 3600 * 1000;
const NOW = 1_800_000_000_000;
let folder: string;
let store: RunStore;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "llmspell-runs-"));
  store = new RunStore(path.join(folder, "runs.db"));
});
afterEach(() => {
  store[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const OK: RunEnd = {
  endedAt: NOW,
  status: "ok",
  durationMs: 5,
  cpuMs: 1,
  inputTokens: 2,
  outputTokens: 3,
  cost: 0.5,
  costKnown: true,
};

function begin(id: string, { name = "spell", startedAt = NOW, process = thisProcess() } = {}): void {
  const run = { id, name, file: `${name}.lua`, engine: "lua", startedAt };
  store.commit([{ type: "begin", run, process, lines: `header ${id}\n` }]);
}

function add(id: string, options: Parameters<typeof begin>[1] & { end?: Partial<RunEnd> } = {}): void {
  begin(id, options);
  store.commit([
    { type: "append", run: id, lines: "one\n" },
    { type: "append", run: id, lines: "two\nthree\n" },
    { type: "end", run: id, end: { ...OK, ...options.end }, lines: "end\n" },
  ]);
}

const ids = (filter = {}) => store.list(filter).map(({ id }) => id);

describe("RunStore", () => {
  it("gives the recording back as it was written, and what is known of the run", () => {
    add("a");
    expect([...store.lines("a")].join("")).toBe("header a\none\ntwo\nthree\nend\n");
    expect(store.find("a")).toMatchObject({ id: "a", status: "ok", cost: 0.5, inputTokens: 2, costKnown: true });
  });

  it("lists the latest first, by status, name and time", () => {
    add("a", { startedAt: NOW - 3 });
    add("b", { name: "other", startedAt: NOW - 2 });
    add("c", { startedAt: NOW - 1, end: { status: "failed", error: { code: "limit.cpu", message: "m" } } });
    expect(ids()).toEqual(["c", "b", "a"]);
    expect(ids({ limit: 1 })).toEqual(["c"]);
    expect(ids({ name: "spell" })).toEqual(["c", "a"]);
    expect(ids({ status: "failed" })).toEqual(["c"]);
    expect(ids({ since: NOW - 2 })).toEqual(["c", "b"]);
    expect(store.list({ status: "failed" })).toMatchObject([{ error: { code: "limit.cpu", message: "m" } }]);
  });

  it("finds a run by the beginning of its id, and says why it does not", () => {
    add("abc-1");
    add("abd-2");
    expect(store.find("abc").id).toBe("abc-1");
    expect(store.find("last").id).toBe("abd-2");
    expect(() => store.find("ab")).toThrow(expect.objectContaining({ code: "run.unknown" }));
    expect(() => store.find("ab")).toThrow(/several/);
    expect(() => store.find("x")).toThrow(/no run "x"/);
    expect(() => store.find("%")).toThrow(/no run/);
  });

  it("tells a run whose process is gone from one that goes on", () => {
    begin("mine");
    begin("gone", { process: { ...thisProcess(), pid: 2 ** 22 + 1 } });
    begin("reused", { process: { ...thisProcess(), started: "1" } });
    begin("elsewhere", { process: { ...thisProcess(), host: "another-machine", pid: 1 } });
    const statuses = () => Object.fromEntries(store.list().map(({ id, status }) => [id, status]));
    const expected = { mine: "running", gone: "crashed", reused: "crashed", elsewhere: "running" };
    expect(statuses()).toEqual(expected);
    expect(ids({ status: "crashed" }).toSorted()).toEqual(["gone", "reused"]);
    expect(ids({ status: "running" }).toSorted()).toEqual(["elsewhere", "mine"]);
    expect(statuses()).toEqual(expected);
  });

  it("keeps the latest runs, those in progress always", () => {
    begin("running", { startedAt: NOW - 90 * DAY });
    for (let day = 0; day < 40; day++) add(`day${day}`, { startedAt: NOW - day * DAY });
    expect(store.prune({ days: 30, runs: 1000, bytes: Infinity }, NOW)).toBe(9);
    expect(ids({ limit: -1 })).toHaveLength(32);
    expect([...store.lines("day35")]).toEqual([]);
    expect(store.prune({ days: 30, runs: 5, bytes: Infinity }, NOW)).toBe(26);
    expect(ids({ limit: -1 })).toEqual(["day0", "day1", "day2", "day3", "day4", "running"]);
    store.compact();
  });

  it("keeps within so many bytes", () => {
    for (let run = 0; run < 20; run++) {
      begin(`run${run}`, { startedAt: NOW + run });
      store.commit([{ type: "append", run: `run${run}`, lines: `${"x".repeat(100_000)}\n` }]);
      store.commit([{ type: "end", run: `run${run}`, end: OK, lines: "" }]);
    }
    store.prune({ days: 30, runs: 1000, bytes: 1_000_000 }, NOW);
    const left = ids({ limit: -1 });
    expect(left.length).toBeGreaterThan(5);
    expect(left.length).toBeLessThan(11);
    expect(left[0]).toBe("run19");
  });

  it("prunes by itself once a day, a bounded number of runs at a time", () => {
    for (let run = 0; run < 150; run++) add(`old${run}`, { startedAt: NOW - 60 * DAY });
    const keep = { days: 30, runs: 1000, bytes: Infinity };
    store.pruneSometimes(keep, NOW);
    expect(ids({ limit: -1 })).toHaveLength(50);
    store.pruneSometimes(keep, NOW);
    expect(ids()).toEqual([]);
    add("late", { startedAt: NOW - 60 * DAY });
    store.pruneSometimes(keep, NOW + 1000);
    expect(ids()).toEqual(["late"]);
    store.pruneSometimes(keep, NOW + 2 * DAY);
    expect(ids()).toEqual([]);
  });

  it("writes all of a commit or nothing", () => {
    begin("a");
    expect(() =>
      store.commit([
        { type: "append", run: "a", lines: "lost\n" },
        {
          type: "begin",
          run: { id: "a", name: "", file: "", engine: "", startedAt: 0 },
          process: thisProcess(),
          lines: "",
        },
      ]),
    ).toThrow(/UNIQUE/);
    expect([...store.lines("a")]).toEqual(["header a\n"]);
  });
});
