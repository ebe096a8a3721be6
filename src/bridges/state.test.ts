import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BridgeHarness, createBridgeHarness } from "../testing/bridge-harness.ts";
import type { Handle } from "../values/script-value.ts";
import { fsBridge } from "./fs.ts";
import { STATE_STORAGE, WORKSPACE } from "./services.ts";
import { stateBridge } from "./state.ts";

let harness: BridgeHarness;
let clock: number;
let folder: string;
let run: AbortController;

beforeEach(() => {
  clock = 1000;
  run = new AbortController();
  folder = mkdtempSync(path.join(tmpdir(), "llmspell-state-"));
  const storage = { folder: path.join(folder, "state"), spell: "me", user: "ada", maxBytes: 1_000_000 };
  harness = createBridgeHarness([stateBridge, fsBridge], {
    now: () => clock,
    signal: run.signal,
    services: {
      [WORKSPACE.name]: () => ({ root: path.join(folder, "work"), maxFileBytes: 1_000_000 }),
      [STATE_STORAGE.name]: () => storage,
    },
  });
});
afterEach(() => {
  run.abort();
  rmSync(folder, { recursive: true });
});

type Args = Parameters<BridgeHarness["call"]>[1] & object;
const call = (name: string, ...args: Args) => harness.call(`state.${name}`, args);
const on = (store: unknown, name: string, ...args: Args) =>
  harness.call(`state.store.${name}`, [store as Handle, ...args]);
const code = async (name: string, ...args: Args) => (await harness.fail(`state.${name}`, args)).code;
const all = (store: unknown) => on(store, "all");

function created(options: object): typeof call {
  const made = call("create", options);
  return (name, ...args) => on(made, name, ...args);
}

describe.each([
  ["the global", () => call],
  ["a made state", () => created({ persistence: "memory" })],
  ["a state in the state folder", () => created({ scope: "spell" })],
  ["a state in a SQLite file", () => created({ persistence: "sqlite", path: "own.db" })],
  ["a state in a JSON file", () => created({ persistence: "file", path: "./own.json" })],
])("%s", (_, open) => {
  let run: typeof call;
  beforeEach(() => {
    run = open();
  });

  test("keeps values under dotted paths", () => {
    run("set", "user.name", "Ada");
    run("set", "user.tags", ["a", "b"]);
    run("set", "user.tags.1", "c");
    run("set", "user.tags.2", { deep: 1 });
    expect(run("get", "user")).toEqual({ name: "Ada", tags: ["a", "c", { deep: 1 }] });
    expect([
      run("get", "user.tags.2.deep"),
      run("get", "user.no"),
      run("get", "user.no", 7),
      run("get", "user.name.length"),
    ]).toEqual([1, null, 7, null]);
    expect([
      run("has", "user.name"),
      run("has", "user.none"),
      run("has", "toString"),
      run("has", "__proto__.x"),
    ]).toEqual([true, false, false, false]);
  });

  test("deletes, and treats nil as deleting", () => {
    run("set", "a.b", 1);
    run("set", "a.c", 2);
    expect([run("delete", "a.b"), run("delete", "a.b"), run("delete", "x.y")]).toEqual([true, false, false]);
    run("set", "a.c", null);
    expect(run("all")).toEqual({ a: {} });
    run("clear");
    expect(run("all")).toEqual({});
  });

  test("lists keys, values and entries of the whole and of a part", () => {
    run("set", "a.x", 1);
    run("set", "b", 2);
    expect([run("keys"), run("values", "a"), run("entries", "a"), run("keys", "none")]).toEqual([
      ["a", "b"],
      [1],
      [["x", 1]],
      [],
    ]);
  });

  test("updates by a function, waiting or not", async () => {
    expect(run("update", "n", (n: number | null) => (n ?? 0) + 1)).toBe(1);
    expect(await run("update", "n", async (n: number) => n + 1)).toBe(2);
    expect(run("get", "n")).toBe(2);
  });

  test("takes names that objects have already as names", () => {
    run("set", "__proto__.polluted", 1);
    run("set", "constructor", 2);
    run("set", "a\\.b", 3);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect([run("get", "__proto__.polluted"), run("get", "constructor"), run("get", "a\\.b"), run("keys")]).toEqual([
      1,
      2,
      3,
      ["__proto__", "constructor", "a.b"],
    ]);
  });

  test("goes back to versions and saves", async () => {
    run("set", "n", 1);
    const first = run("snapshot");
    clock = 2000;
    run("set", "n", 2);
    run("snapshot", "two");
    run("save", "mine");
    run("set", "n", 3);
    expect(run("versions")).toEqual([
      { id: first, at: 1000 },
      { id: 2, name: "two", at: 2000 },
      { id: 3, name: "mine", at: 2000 },
    ]);
    expect(run("list")).toEqual(["mine", "two"]);
    run("restore", first as number);
    expect(run("get", "n")).toBe(1);
    run("load", "mine");
    expect(run("get", "n")).toBe(2);
    run("set", "n", 9);
    run("save", "mine");
    run("restore", "two");
    run("load", "mine");
    expect([run("get", "n"), run("list")]).toEqual([9, ["mine", "two"]]);
    expect(() => run("restore", 99)).toThrow(expect.objectContaining({ code: "state.invalid" }));
    expect(() => run("load", "no")).toThrow(expect.objectContaining({ code: "state.invalid" }));
  });

  test("goes back when an atomic change fails, also one that waits", async () => {
    run("set", "n", 1);
    run("set_metadata", "m", "old");
    expect(run("atomic", () => run("update", "n", () => 2))).toBe(2);
    const failing = () => {
      run("set", "n", 3);
      run("set_metadata", "m", "new");
      throw new Error("no");
    };
    expect(() => run("atomic", failing)).toThrow("no");
    await expect(run("atomic", async () => failing())).rejects.toThrow("no");
    expect([run("get", "n"), run("metadata", "m")]).toEqual([2, "old"]);
  });

  test("tells watchers of changes at, above and below their path, until stopped", async () => {
    const told: unknown[] = [];
    const watch = run("watch", "user.name", (...args: unknown[]) => void told.push(args));
    run("set", "user.name", "Ada");
    run("set", "user.age", 36);
    run("set", "user", { name: "Ada", age: 1 });
    run("set", "user", { name: "Bob" });
    run("clear");
    expect(told).toEqual([
      ["Ada", null, "user.name"],
      ["Bob", "Ada", "user.name"],
      [null, "Bob", "user.name"],
    ]);
    expect(harness.liveFunctions()).toBe(1);
    harness.call("state.watch.stop", [watch as Handle]);
    harness.call("state.watch.stop", [watch as Handle]);
    run("set", "user.name", "Eve");
    expect([told.length, harness.liveFunctions()]).toEqual([3, 0]);
  });

  test("waits for watchers that wait", async () => {
    const order: string[] = [];
    run("watch", "", async () => {
      await Promise.resolve();
      order.push("told");
    });
    await run("set", "a", 1);
    order.push("set");
    expect(order).toEqual(["told", "set"]);
  });

  test("holds metadata, artifacts and messages beside the data", () => {
    run("setMetadata", "owner", "ada");
    run("addArtifact", "report", new Uint8Array([1]));
    run("addMessage", { role: "user", content: "hi" });
    run("addMessage", "plain");
    expect([
      run("metadata"),
      run("metadata", "owner"),
      run("metadata", "toString"),
      run("artifacts", "report"),
    ]).toEqual([{ owner: "ada" }, "ada", null, new Uint8Array([1])]);
    expect([run("messages"), run("all")]).toEqual([[{ role: "user", content: "hi" }, "plain"], {}]);
    run("setMetadata", "owner", null);
    expect(run("metadata")).toEqual({});
  });

  test("checks the data against a schema", () => {
    run("set", "n", "one");
    const schema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };
    expect(run("validate", schema)).toMatchObject({ valid: false, errors: [{ path: "/n" }] });
    run("set", "n", 1);
    expect(run("validate", schema)).toEqual({ valid: true, errors: [] });
    expect(() => run("validate", { type: "nonsense" })).toThrow(expect.objectContaining({ code: "schema.invalid" }));
  });
});

describe("transform", () => {
  beforeEach(() => {
    call("set", "conversation_id", "abc");
    call("set", "context", { user: "John", topic: "q", api_key: "k", list: [{ Password: "p", x: 1 }] });
  });

  test.each([
    [
      { type: "filter", keys: ["conversation_id", "context.topic", "none"] },
      { conversation_id: "abc", context: { topic: "q" } },
    ],
    [{ type: "pick", keys: ["context.user"] }, { context: { user: "John" } }],
    [
      { type: "omit", keys: ["conversation_id", "context.list", "context.api_key", "x.y"] },
      { context: { user: "John", topic: "q" } },
    ],
    [
      { type: "flatten" },
      {
        conversation_id: "abc",
        "context.user": "John",
        "context.topic": "q",
        "context.api_key": "k",
        "context.list": [{ Password: "p", x: 1 }],
      },
    ],
    [
      { type: "sanitize" },
      {
        conversation_id: "abc",
        context: { user: "John", topic: "q", api_key: "[redacted]", list: [{ Password: "[redacted]", x: 1 }] },
      },
    ],
    [
      { type: "sanitize", keys: ["topic", "list"], replacement: null },
      { conversation_id: "abc", context: { user: "John", topic: "[redacted]", api_key: "k", list: "[redacted]" } },
    ],
    [{ type: "custom", fn: (data: object) => ({ count: Object.keys(data).length }) }, { count: 2 }],
  ])("%j", (transformation, expected) => {
    const before = call("all");
    expect(all(call("transform", transformation as never))).toEqual(expected);
    expect(call("all")).toEqual(before);
  });

  test("of a custom function checks that it gives an object", async () => {
    expect(await code("transform", { type: "custom", fn: () => 5 })).toBe("input.invalid");
  });
});

describe("merge", () => {
  beforeEach(() => {
    call("set", "a", { x: 1, y: 1 });
    call("set", "list", [1, { k: 1 }]);
    call("set", "same", 1);
  });
  const theirs = { a: { y: 2, z: 2 }, list: [{ k: 1 }, 2], same: 1, more: true };

  test.each([
    [
      { strategy: "deep", conflictResolution: "theirs" },
      { a: { x: 1, y: 2, z: 2 }, list: [{ k: 1 }, 2], same: 1, more: true },
    ],
    [{}, { a: { x: 1, y: 2, z: 2 }, list: [{ k: 1 }, 2], same: 1, more: true }],
    [
      { strategy: "deep", conflict_resolution: "ours" },
      { a: { x: 1, y: 1, z: 2 }, list: [1, { k: 1 }], same: 1, more: true },
    ],
    [{ strategy: "mergeAll" }, { ...theirs }],
    [
      { strategy: "mergeAll", conflictResolution: "ours" },
      { a: { x: 1, y: 1 }, list: [1, { k: 1 }], same: 1, more: true },
    ],
    [
      { strategy: "union", conflictResolution: "ours" },
      { a: { x: 1, y: 1 }, list: [1, { k: 1 }, 2], same: 1, more: true },
    ],
    [{ strategy: "last" }, { ...theirs }],
  ])("%j", (options, expected) => {
    const other = call("create", { data: theirs });
    expect(all(call("merge", other as Handle, options))).toEqual(expected);
    expect(all(call("merge", theirs, options))).toEqual(expected);
    expect(call("get", "a")).toEqual({ x: 1, y: 1 });
  });

  test("names the conflict when it is an error", async () => {
    const error = await harness.fail("state.merge", [theirs, { conflictResolution: "error" }]);
    expect(error).toMatchObject({ code: "state.invalid", details: { path: "a.y" } });
    expect(all(call("merge", { b: 1 }, { conflictResolution: "error" }))).toHaveProperty("b");
  });
});

test("says honestly what is not part of this version", async () => {
  expect(await harness.fail("state.create", [{ persistence: "postgres" }])).toMatchObject({
    code: "method.unavailable",
    message: expect.stringContaining("PostgreSQL") as string,
  });
});

test("keeps made states apart", () => {
  const [one, two] = [call("create"), call("create", { data: { n: 1 } })];
  on(one, "set", "n", 2);
  expect([all(one), all(two), call("all")]).toEqual([{ n: 2 }, { n: 1 }, {}]);
});

test("counts what it holds, and gives back what it drops", async () => {
  // The history of events holds some too, as much as its own bound allows.
  harness = createBridgeHarness([stateBridge], { limits: { hostBytes: 1_000_000 } });
  for (let count = 0; count < 300; count++) {
    call("set", "a.b", "x".repeat(400_000));
    call(
      "set",
      "list",
      Array.from({ length: 100 }, () => 1),
    );
    call("delete", "a");
    call("clear");
  }
  call("set", "a", "x".repeat(400_000));
  call("snapshot");
  expect(await code("set", "b", "x".repeat(400_000))).toBe("limit.host_memory");
  expect(harness.condemned?.code).toBe("limit.host_memory");
});

test.each([
  ["get"],
  ["get", 5],
  ["get", ""],
  ["get", "a..b"],
  ["set"],
  ["set", "list.5", 1],
  ["set", "list.x", 1],
  ["set", "text.x", 1],
  ["keys", "text"],
  ["update", "a"],
  ["update", "a", 5],
  ["transform"],
  ["transform", { type: "no" }],
  ["transform", { type: "pick" }],
  ["merge"],
  ["merge", 5],
  ["merge", {}, { strategy: "no" }],
  ["watch", "a"],
  ["atomic"],
  ["validate"],
  ["restore"],
  ["create", { persistence: "no" }],
  ["create", { unknown: 1 }],
  ["addMessage", 5],
])("%s refuses %j %j", async (name, ...args) => {
  call("set", "list", []);
  call("set", "text", "t");
  expect(["input.invalid", "state.invalid"]).toContain(await code(name, ...(args as Args)));
});
