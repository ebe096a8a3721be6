import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LlmspellError } from "../errors.ts";
import { createPolicy } from "../policy/policy.ts";
import type { StateStorage } from "../state/state-stores.ts";
import { type BridgeHarness, type BridgeHarnessOptions, createBridgeHarness } from "../testing/bridge-harness.ts";
import { type Handle, type ScriptValue, TextValue } from "../values/script-value.ts";
import { fsBridge } from "./fs.ts";
import { STATE_STORAGE, WORKSPACE } from "./services.ts";
import { stateBridge } from "./state.ts";

let folder: string;
let runs: AbortController;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), "llmspell-stored-"));
  fs.mkdirSync(path.join(folder, "work"));
  runs = new AbortController();
});
afterEach(() => {
  runs.abort();
  fs.rmSync(folder, { recursive: true });
});

function openRun(storage: Partial<StateStorage> = {}, options: BridgeHarnessOptions = {}): BridgeHarness {
  const kept: StateStorage = {
    folder: path.join(folder, "state"),
    spell: "me",
    user: "ada",
    maxBytes: 100_000,
    ...storage,
  };
  return createBridgeHarness([stateBridge, fsBridge], {
    signal: runs.signal,
    services: {
      [WORKSPACE.name]: () => ({ root: path.join(folder, "work"), maxFileBytes: 1_000_000 }),
      [STATE_STORAGE.name]: () => kept,
    },
    ...options,
  });
}

function create(run: BridgeHarness, options: object) {
  const state = run.call("state.create", [options]) as Handle;
  return (name: string, ...args: unknown[]) => run.call(`state.store.${name}`, [state, ...args]);
}

async function failure(work: () => unknown): Promise<LlmspellError> {
  try {
    await work();
  } catch (error) {
    return error as LlmspellError;
  }
  throw new Error("it did not fail");
}

const PLACES: [string, object][] = [
  ["the state folder", { persistence: "sqlite" }],
  ["a SQLite file", { path: "kept.db" }],
  ["a JSON file", { path: "deeper/kept.json" }],
];

describe.each(PLACES)("state in %s", (_, options) => {
  it("is there again for the next run, with all that lies beside it", () => {
    const first = create(openRun(), { ...options, data: { z: 1, a: { list: [1] } } });
    first("set", "a.list.1", 2);
    first("setMetadata", "owner", "ada");
    first("addArtifact", "report", new Uint8Array([0, 255]));
    for (const message of ["one", "two", { role: "user" }]) first("addMessage", message);
    first("save", "early");
    first("set", "z", null);
    const second = create(openRun(), { ...options, data: { never: true } });
    expect(second("all")).toEqual({ a: { list: [1, 2] } });
    expect(second("metadata")).toEqual({ owner: "ada" });
    expect(second("artifacts", "report")).toEqual(new Uint8Array([0, 255]));
    expect(second("messages")).toEqual(["one", "two", { role: "user" }]);
    second("load", "early");
    expect(second("keys")).toEqual(["z", "a"]);
  });

  it("shows a change to others at once", () => {
    const [one, other] = [create(openRun(), options), create(openRun(), options)];
    one("set", "n", 1);
    expect(other("get", "n")).toBe(1);
    other("delete", "n");
    expect(one("has", "n")).toBe(false);
  });

  it("shows large values as they are now, also after a change that was undone", async () => {
    const [one, other] = [create(openRun(), options), create(openRun(), options)];
    const large = (n: number) => ({ text: "x".repeat(5000), n });
    one("set", "a", large(1));
    expect([one("get", "a.n"), other("get", "a.n"), one("get", "a.n")]).toEqual([1, 1, 1]);
    const full = await failure(() => one("set", "a", "x".repeat(200_000)));
    expect([full.code, one("get", "a.n")]).toEqual(["limit.state", 1]);
    other("set", "a.n", 2);
    expect([one("get", "a.n"), one("get", "a.n"), other("get", "a.n")]).toEqual([2, 2, 2]);
    one("update", "a", (value: object) => ({ ...value, n: 3 }));
    one("set", "a.n", 4);
    expect([one("get", "a.n"), other("get", "a.n")]).toEqual([4, 4]);
    other("delete", "a");
    expect(one("get", "a.n")).toBeNull();
    other("set", "a", large(5));
    expect([one("get", "a"), one("get", "a.n")]).toEqual([large(5), 5]);
  });

  it("keeps every kind of data", () => {
    const values: Record<string, ScriptValue> = {
      bytes: new Uint8Array([0, 128, 255]),
      time: new Date(1234),
      big: 9007199254740993n,
      numbers: [Number.NaN, Infinity, -Infinity, -0, 0.1],
      surrogate: "\ud800 half",
      "\ud800 key\u0000": { __proto__: 1 } as never,
      nested: JSON.parse('{"__proto__": {"x": 1}, "constructor": 2, "$llmspell": "text"}') as ScriptValue,
      list: [null, [], {}],
      text: new TextValue("an answer", { usage: { tokens: 1 } }),
      error: new LlmspellError("my.code", "told", { details: { n: 1 } }),
    };
    const first = create(openRun(), options);
    first("atomic", () => {
      for (const [key, value] of Object.entries(values)) first("set", key, value);
    });
    const second = create(openRun(), options);
    expect(second("keys")).toEqual(Object.keys(values));
    for (const [key, value] of Object.entries(values)) expect({ [key]: second("get", key) }).toEqual({ [key]: value });
    expect(Object.is((second("get", "numbers") as number[])[3], -0)).toBe(true);
  });

  it("refuses what lives only inside the run, and says where it is", async () => {
    const state = create(openRun(), options);
    for (const [name, ...args] of [
      ["set", "a", { b: [() => 1] }],
      ["setMetadata", "a.b.0", () => 1],
      ["atomic", () => state("set", "a", { b: [() => 1] })],
    ] as [string, ...unknown[]][])
      expect(await failure(() => state(name, ...args))).toMatchObject({
        code: "value.unsupported",
        message: expect.stringContaining("a.b.0") as string,
      });
    expect(state("keys")).toEqual([]);
  });

  it("has a limit, and keeps what it held when it reaches it", async () => {
    const state = create(openRun({ maxBytes: 5000 }), options);
    state("set", "a", "x".repeat(3000));
    const error = await failure(() => state("set", "b", "x".repeat(3000)));
    expect(error).toMatchObject({ code: "limit.state", details: { limit: 5000, setting: "limits.stateBytes" } });
    expect((await failure(() => state("snapshot"))).code).toBe("limit.state");
    expect([state("keys"), state("versions")]).toEqual([["a"], []]);
    for (let count = 0; count < 10; count++) state("set", "a", "y".repeat(3000 + count));
    state("set", "a", null);
    state("set", "b", "x".repeat(3000));
    expect(state("keys")).toEqual(["b"]);
  });

  it("does an atomic change as a whole or not at all", async () => {
    const [state, other] = [create(openRun(), options), create(openRun(), options)];
    state("set", "n", 1);
    const seen: unknown[] = [];
    const error = await failure(() =>
      state("atomic", () => {
        state("set", "n", 2);
        seen.push(state("get", "n"), other("get", "n"));
        state("clear");
        seen.push(state("keys"), other("keys"));
        throw new Error("no");
      }),
    );
    expect([error.message, seen, state("all")]).toEqual(["no", [2, 1, [], ["n"]], { n: 1 }]);
    state("atomic", () => {
      state("set", "m", 1);
      state("addMessage", "both");
      state("snapshot", "inside");
      const inner = () =>
        state("atomic", () => {
          state("set", "m", 2);
          throw new Error("inner");
        });
      expect(inner).toThrow("inner");
    });
    expect([other("all"), other("messages"), other("list")]).toEqual([{ n: 1, m: 1 }, ["both"], ["inside"]]);
  });

  it("calls an atomic function again when what it read was changed meanwhile, and only then", () => {
    const [state, other] = [create(openRun(), options), create(openRun(), options)];
    const calls: unknown[] = [];
    state("atomic", () => {
      const n = state("get", "n", 0) as number;
      calls.push(n);
      if (calls.length < 3) other("set", "n", n + 10);
      state("set", "n", n + 1);
    });
    expect([calls, other("get", "n")]).toEqual([[0, 10, 20], 21]);
    let times = 0;
    state("atomic", () => {
      times += 1;
      other("set", "unread", times);
      state("set", "blind", times);
    });
    expect([times, other("get", "blind"), other("get", "unread")]).toEqual([1, 1, 1]);
    // One that fails for what it saw half of sees it again.
    let tries = 0;
    const told = state("atomic", () => {
      tries += 1;
      const n = state("get", "n");
      if (tries === 1) other("atomic", () => (other("set", "n", 0), other("set", "m", 0)));
      if (n !== state("get", "m", n)) throw new Error("torn");
      return "whole";
    });
    expect([tries, told]).toEqual([2, "whole"]);
  });

  it("calls the function of update again when another was faster", () => {
    const [state, other] = [create(openRun(), options), create(openRun(), options)];
    const seen: unknown[] = [];
    const made = state("update", "a.n", (n: number | null) => {
      seen.push(n);
      if (seen.length === 1) other("set", "a.n", 5);
      return (n ?? 0) + 1;
    });
    expect([made, seen, other("get", "a.n")]).toEqual([6, [null, 5], 6]);
  });

  it("gives up on a function that changes what it is given by itself", async () => {
    const run = openRun({}, { limits: { hostBytes: Infinity } });
    const state = create(run, options);
    const error = await failure(() =>
      state("update", "n", () => {
        const other = create(run, options);
        other("set", "n", Math.random());
      }),
    );
    expect(error).toMatchObject({ code: "store.busy", retryable: true });
  });

  it("lets an atomic function wait on the state that it is given, and others meanwhile not guess", async () => {
    const [run, other] = [openRun(), create(openRun(), options)];
    const state = create(run, options);
    const during: unknown[] = [];
    const done = state("atomic", async (inner: Handle) => {
      state("set", "a", 1);
      await Promise.resolve();
      during.push((await failure(() => state("set", "a", 2))).code, (await failure(() => state("get", "a"))).code);
      run.call("state.store.set", [inner, "b", run.call("state.store.get", [inner, "a"])]);
      during.push(other("keys"));
      return "done";
    });
    expect(other("keys")).toEqual([]);
    expect(await done).toBe("done");
    expect([during, other("all"), state("get", "a")]).toEqual([
      ["state.invalid", "state.invalid", []],
      { a: 1, b: 1 },
      1,
    ]);
    expect((await failure(() => state("atomic", async () => Promise.reject(new Error("no"))))).message).toBe("no");
    state("set", "a", 3);
  });

  it("tells watchers of the run's own changes, once they are kept", () => {
    const run = openRun();
    const [state, same] = [create(run, options), create(run, options)];
    const told: unknown[] = [];
    state("watch", "user", (...args: unknown[]) => void told.push([...args, state("get", "user.name")]));
    same("set", "user.name", "Ada");
    state("atomic", () => {
      state("set", "user.name", "B");
      state("set", "user.name", "Bob");
    });
    state("set", "else", 1);
    state("update", "user.name", () => "Cy");
    expect(told).toEqual([
      [{ name: "Ada" }, null, "user", "Ada"],
      [{ name: "Bob" }, { name: "Ada" }, "user", "Bob"],
      [{ name: "Cy" }, { name: "Bob" }, "user", "Cy"],
    ]);
  });

  it("is answered from the journal on replay: nothing is read or written again", () => {
    const script = (run: BridgeHarness) => {
      const state = create(run, { ...options, data: { n: 1 } });
      const told: unknown[] = [];
      state("watch", "n", (value: unknown) => void told.push(value));
      state("update", "n", (n: number) => n + 1);
      state("atomic", () => {
        state("set", "m", (state("get", "n") as number) * 10);
        state("snapshot");
      });
      const sum = (state("get", "n") as number) + (state("get", "m") as number);
      return { sum, told, all: state("all"), versions: state("versions") };
    };
    const first = openRun();
    const result = script(first);
    expect(result).toMatchObject({ sum: 22, told: [2] });
    fs.rmSync(folder, { recursive: true });
    fs.mkdirSync(folder);
    const replayed = first.replay();
    expect(script(replayed)).toEqual(result);
    expect(replayed.journal()).toEqual([]);
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});

describe("scopes", () => {
  const spells = { me: () => openRun(), other: () => openRun({ spell: "other" }), bob: () => openRun({ user: "bob" }) };

  it.each([
    [{ scope: "spell" }, [true, false, true]],
    [{ persistence: "sqlite" }, [true, false, true]],
    [{ scope: "session", session: "s" }, [true, false, true]],
    [{ scope: "user" }, [true, true, false]],
    [{ scope: "global" }, [true, true, true]],
    [{ path: "own.db" }, [true, true, true]],
    [{ path: "own.db", scope: "spell" }, [true, false, true]],
    [{ path: "own.json" }, [true, true, true]],
  ])("%j is seen by those it is for", (options, expected) => {
    create(spells.me(), options)("set", "here", true);
    const seen = [spells.me, spells.other, spells.bob].map((run) => create(run(), options)("has", "here"));
    expect(seen).toEqual(expected);
  });

  it("are apart from each other, as are sessions", () => {
    const all = [
      { scope: "spell" },
      { scope: "user" },
      { scope: "global" },
      { scope: "session", session: "1" },
      { scope: "session", session: "2" },
      { path: "a.db" },
      { path: "b.db" },
      { path: "b.db", scope: "user" },
    ];
    const run = openRun();
    all.forEach((options, index) => create(run, options)("set", "n", index));
    expect(all.map((options) => create(run, options)("get", "n"))).toEqual(all.map((_, index) => index));
  });

  it.each([
    { persistence: "memory", scope: "user" },
    { persistence: "memory", path: "x.db" },
    { persistence: "sqlite", scope: "run" },
    { persistence: "file" },
    { persistence: "file", path: "x.json", scope: "user" },
    { scope: "session" },
    { scope: "user", session: "1" },
    { scope: "session", session: 5 },
    { path: "" },
  ])("%j is refused", async (options) => {
    expect((await failure(() => create(openRun(), options))).code).toBe("input.invalid");
  });

  it("need the permissions of the place", async () => {
    const rules = { allow: { "state.scope": ["spell"], "fs.read": true } } as const;
    const run = openRun({}, { policy: createPolicy(rules) });
    create(run, { scope: "spell" });
    for (const options of [{ scope: "user" }, { scope: "global" }, { path: "x.db" }, { path: "x.json" }])
      expect([options, (await failure(() => create(run, options))).code]).toEqual([options, "permission.denied"]);
    expect(fs.readdirSync(path.join(folder, "work"))).toEqual([]);
  });
});

describe("files that cannot be used", () => {
  const work = (name: string) => path.join(folder, "work", name);
  const code = async (options: object, storage: Partial<StateStorage> = {}) =>
    failure(() => create(openRun(storage), options)("set", "a", 1));

  it("lead out of the workspace", async () => {
    const outside = path.join(folder, "outside");
    fs.mkdirSync(outside);
    fs.symlinkSync(path.join(outside, "a.json"), work("a.json"));
    fs.symlinkSync(path.join(outside, "a.db"), work("a.db"));
    fs.symlinkSync(outside, work("linked"));
    fs.symlinkSync(path.join(outside, "lock"), work(".b.json.lock"));
    fs.symlinkSync(path.join(outside, "wal"), work("b.db-wal"));
    const names = ["a.json", "a.db", "linked/x.json", "linked/x.db", "b.json", "b.db", "../x.json", "/etc/x.db"];
    for (const name of names) expect([name, (await code({ path: name })).code]).toEqual([name, "permission.denied"]);
    expect(fs.readdirSync(outside)).toEqual([]);
  });

  it("are damaged, of others, or newer", async () => {
    fs.writeFileSync(work("cut.json"), '{"llmspell": "state", "format": 1, "data": {"a":');
    fs.writeFileSync(work("foreign.json"), '{"a": 1}');
    fs.writeFileSync(work("list.json"), "[]");
    fs.writeFileSync(work("wrong.json"), '{"llmspell": "state", "format": 1, "data": []}');
    fs.writeFileSync(work("newer.json"), '{"llmspell": "state", "format": 2}');
    fs.writeFileSync(work("text.db"), "no database".repeat(200));
    new DatabaseSync(work("foreign.db")).exec("CREATE TABLE theirs (x)");
    create(openRun(), { path: "code.db" });
    new DatabaseSync(work("code.db")).exec("CREATE TRIGGER t AFTER INSERT ON entries BEGIN SELECT 1; END");
    create(openRun(), { path: "newer.db" });
    new DatabaseSync(work("newer.db")).exec("PRAGMA user_version = 99");
    fs.mkdirSync(work("folder.json"));
    const before = fs.readFileSync(work("cut.json"));
    const expected = Object.entries({
      "cut.json": "store.corrupt",
      "foreign.json": "store.corrupt",
      "list.json": "store.corrupt",
      "wrong.json": "store.corrupt",
      "newer.json": "store.version",
      "text.db": "store.corrupt",
      "foreign.db": "store.corrupt",
      "code.db": "store.corrupt",
      "newer.db": "store.version",
      "folder.json": "store.corrupt",
    });
    for (const [name, wanted] of expected) {
      const error = await code({ path: name });
      expect([name, error.code]).toEqual([name, wanted]);
      expect(error.message).toContain(name);
    }
    expect(fs.readFileSync(work("cut.json"))).toEqual(before);
  });

  it("lie where no folder can be", async () => {
    fs.writeFileSync(path.join(folder, "state"), "a file");
    expect((await code({ scope: "spell" })).code).toBe("store.unavailable");
    fs.writeFileSync(work("file"), "");
    expect((await code({ path: "file/x.json" })).code).toBe("fs.exists");
  });

  it("lie on a full disk: what was kept before stays", async ({ skip }) => {
    const disk = path.join(folder, "work");
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=400k", "tmpfs", disk], { stdio: "ignore" });
    } catch {
      skip("needs the right to mount a small disk");
    }
    const run = new AbortController();
    try {
      for (const name of ["full.json", "full.db"]) {
        const state = create(openRun({ maxBytes: 10_000_000 }, { signal: run.signal }), { path: name });
        state("set", "kept", "x".repeat(20_000));
        const error = await failure(() => state("set", "more", "x".repeat(500_000)));
        expect(error).toMatchObject({ code: "store.full", message: expect.stringContaining(name) as string });
        expect(state("all")).toEqual({ kept: "x".repeat(20_000) });
        state("set", "small", 1);
        expect(create(openRun({}, { signal: run.signal }), { path: name })("keys")).toEqual(["kept", "small"]);
      }
      expect(fs.readdirSync(disk).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    } finally {
      run.abort();
      execFileSync("umount", [disk]);
    }
  });

  it("are too many for one run", async () => {
    const run = openRun();
    const error = await failure(() => {
      for (let count = 0; count < 100; count++) create(run, { path: `${count}.json` });
    });
    expect(error.message).toContain("32");
  });
});
