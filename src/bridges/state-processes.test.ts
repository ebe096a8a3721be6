import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type StateAddress, StateStores } from "../state/state-stores.ts";
import { readStored, writeStored } from "../state/stored-requests.ts";

const FIXTURE = path.join(import.meta.dirname, "../../test/fixtures/count-in-state.ts");

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), "llmspell-processes-"))));
afterEach(() => rmSync(folder, { recursive: true }));

interface Counting {
  process: ChildProcess;
  /** Counts that it said are kept. */
  done: number;
  ended: Promise<unknown>;
}

function start(options: StateAddress, method: string, times: number): Counting {
  const child = spawn(process.execPath, [FIXTURE, folder, JSON.stringify(options), method, String(times)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const counting: Counting = { process: child, done: 0, ended: once(child, "close") };
  child.stdout?.on("data", (data: Buffer) => (counting.done += data.length));
  return counting;
}

function stored<T>(address: StateAddress, path_: string): T {
  const storage = { folder, spell: "me", user: "ada", maxBytes: 1_000_000 };
  using stores = new StateStores(storage, (file) => path.join(folder, file));
  return readStored(stores.open(address), { query: { op: "get", path: path_ } }) as T;
}

const PLACES: [string, StateAddress][] = [
  ["the state folder", { persistence: "sqlite", scope: "user" }],
  ["a JSON file", { persistence: "file", path: "count.json", scope: "global" }],
];

describe.each(PLACES)("processes that share a state in %s", (_, address) => {
  it("migrate it once, also when all open it at once", async () => {
    const storage = { folder, spell: "me", user: "ada", maxBytes: 1_000_000 };
    {
      using stores = new StateStores(storage, (file) => path.join(folder, file));
      writeStored(stores.open(address), { changes: [{ op: "set", path: "migrated", value: 0 }] });
    }
    const fixture = path.join(import.meta.dirname, "../../test/fixtures/migrate-state.ts");
    const open = () => spawn(process.execPath, [fixture, folder, JSON.stringify(address)], { stdio: "inherit" });
    const codes = await Promise.all(
      [open(), open(), open()].map(async (child) => (await once(child, "close"))[0] as number),
    );
    expect(codes).toEqual([0, 0, 0]);
    expect(stored(address, "migrated")).toBe(2);
  });

  it.each(["update", "atomic", "waiting"])("lose no %s of each other", async (method) => {
    const all = Array.from({ length: 4 }, () => start(address, method, 40));
    await Promise.all(all.map(({ ended }) => ended));
    expect(all.map(({ done }) => done)).toEqual([40, 40, 40, 40]);
    expect(stored(address, "deep.count")).toBe(160);
  });

  it("lose nothing of what one had done that is killed, and wait for none", async () => {
    const killed = Array.from({ length: 3 }, () => start(address, "update", 1_000_000));
    for (const { process: child } of killed) {
      child.stdout?.once("data", () => setTimeout(() => child.kill("SIGKILL"), 50 * Math.random()));
    }
    const other = start(address, "update", 40);
    await Promise.all([...killed, other].map(({ ended }) => ended));
    const said = [...killed, other].reduce((sum, { done }) => sum + done, 0);
    expect(other.done).toBe(40);
    // Each may have died between keeping its last count and saying so.
    expect(stored<number>(address, "deep.count") - said).toBeGreaterThanOrEqual(0);
    expect(stored<number>(address, "deep.count") - said).toBeLessThanOrEqual(3);
  });
});
