import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createPolicy } from "../policy/policy.ts";
import { type BridgeHarness, type BridgeHarnessOptions, createBridgeHarness } from "../testing/bridge-harness.ts";
import type { Handle } from "../values/script-value.ts";
import { matchName } from "../workspace/glob.ts";
import { toFsError } from "../workspace/fs-error.ts";
import { fsBridge } from "./fs.ts";

let base: string;
let root: string;
let harness: BridgeHarness;

function open(options: BridgeHarnessOptions = {}, maxFileBytes = 1000): BridgeHarness {
  return createBridgeHarness([fsBridge], { services: { workspace: () => ({ root, maxFileBytes }) }, ...options });
}

beforeEach(() => {
  base = fs.mkdtempSync(path.join(os.tmpdir(), "llmspell-fs-"));
  root = path.join(base, "work");
  fs.mkdirSync(root);
  fs.writeFileSync(path.join(base, "secret.txt"), "secret");
  harness = open();
});

afterEach(() => fs.rmSync(base, { recursive: true, force: true }));

const put = (name: string, text = name) => {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), text);
};
const onDisk = (name: string) => fs.readFileSync(path.join(root, name), "utf8");
const code = async (name: string, ...args: Parameters<BridgeHarness["call"]>[1] & object) =>
  (await harness.fail(name, args)).code;

describe("reading and writing", () => {
  test("writes, appends and reads text as UTF-8, making folders", () => {
    expect(harness.call("fs.write", ["out/deep/a.txt", "grüße"])).toBeNull();
    harness.call("fs.append", ["out/deep/a.txt", " 🌍"]);
    harness.call("fs.append", ["new.txt", "fresh"]);
    expect(harness.call("fs.read", ["out/deep/a.txt"])).toBe("grüße 🌍");
    expect(onDisk("new.txt")).toBe("fresh");
  });

  test("keeps bytes, and says where binary files are read", async () => {
    const bytes = new Uint8Array([0, 255, 10, 128]);
    harness.call("fs.writeBytes", ["b.bin", bytes]);
    harness.call("fs.append", ["b.bin", new Uint8Array([7])]);
    expect(harness.call("fs.read_bytes", ["b.bin"])).toEqual(new Uint8Array([...bytes, 7]));
    const error = await harness.fail("fs.read", ["b.bin"]);
    expect(error).toMatchObject({
      code: "fs.failed",
      message: expect.stringContaining("b.bin") as string,
      hint: expect.stringContaining("readBytes") as string,
    });
  });

  test("keeps a byte order mark and refuses half a surrogate pair", async () => {
    harness.call("fs.write", ["bom.txt", "\uFEFFx"]);
    expect(harness.call("fs.read", ["bom.txt"])).toBe("\uFEFFx");
    expect(await code("fs.write", "s.txt", "a\ud800b")).toBe("input.invalid");
    expect(fs.existsSync(path.join(root, "s.txt"))).toBe(false);
  });

  test("replaces a file at once, keeps its mode and leaves nothing beside it", () => {
    put("run.sh", "old");
    fs.chmodSync(path.join(root, "run.sh"), 0o751);
    const before = fs.openSync(path.join(root, "run.sh"), "r");
    harness.call("fs.write", ["run.sh", "new"]);
    expect(fs.readFileSync(before, "utf8")).toBe("old");
    fs.closeSync(before);
    expect(onDisk("run.sh")).toBe("new");
    expect(fs.statSync(path.join(root, "run.sh")).mode & 0o777).toBe(0o751);
    expect(fs.readdirSync(root)).toEqual(["run.sh"]);
  });

  test("leaves nothing beside the target when the write fails", async () => {
    fs.mkdirSync(path.join(root, "folder"));
    expect(await code("fs.write", "folder", "x")).toBe("fs.failed");
    expect(fs.readdirSync(root)).toEqual(["folder"]);
  });

  test("holds the size limit for reading, writing and appending", async () => {
    put("big.txt", "x".repeat(1001));
    put("full.txt", "x".repeat(1000));
    expect(harness.call("fs.read", ["full.txt"])).toHaveLength(1000);
    for (const call of [
      code("fs.read", "big.txt"),
      code("fs.write", "w.txt", "x".repeat(1001)),
      code("fs.append", "full.txt", "x"),
      code("fs.copy", "big.txt", "c.txt"),
    ]) {
      expect(await call).toBe("value.too_large");
    }
    expect(() => harness.call("fs.read", ["big.txt"])).toThrow('"big.txt" is 1001 bytes');
    expect(onDisk("full.txt")).toHaveLength(1000);
    expect(fs.existsSync(path.join(root, "w.txt"))).toBe(false);
  });

  test("names the file that is missing, relative to the workspace", async () => {
    const error = await harness.fail("fs.read", ["no/such.txt"]);
    expect(error.code).toBe("fs.not_found");
    expect(error.message).toContain('"no/such.txt"');
    expect(error.message).not.toContain(base);
    for (const call of [
      code("fs.readBytes", "x"),
      code("fs.stat", "x"),
      code("fs.list", "x"),
      code("fs.move", "x", "y"),
      code("fs.copy", "x", "y"),
      code("fs.watch", "x"),
    ]) {
      expect(await call).toBe("fs.not_found");
    }
  });

  test("makes the workspace when it is first written to", async () => {
    fs.rmdirSync(root);
    expect(harness.call("fs.exists", ["a.txt"])).toBe(false);
    expect(harness.call("fs.glob", ["**"])).toEqual([]);
    expect(await code("fs.list")).toBe("fs.not_found");
    expect(fs.existsSync(root)).toBe(false);
    harness.call("fs.write", ["a.txt", "x"]);
    expect(onDisk("a.txt")).toBe("x");
  });

  test("does not wait for the other end of a pipe", async () => {
    execFileSync("mkfifo", [path.join(root, "pipe")]);
    expect(await code("fs.read", "pipe")).toBe("fs.failed");
    expect(await code("fs.append", "pipe", "x")).toBe("fs.failed");
  });
});

describe("folders", () => {
  test("lists names, and paths below", () => {
    for (const name of ["b.txt", "a/x.txt", "a/c/y.txt", ".hidden"]) put(name);
    expect(harness.call("fs.list")).toEqual([".hidden", "a", "b.txt"]);
    expect(harness.call("fs.list", ["a/", { recursive: true }])).toEqual(["c", "c/y.txt", "x.txt"]);
  });

  test("tells what a path is", () => {
    put("a/x.txt", "12345");
    expect(harness.call("fs.exists", ["a/x.txt"])).toBe(true);
    expect(harness.call("fs.exists", ["a/x.txt/y"])).toBe(false);
    expect(harness.call("fs.stat", ["a/x.txt"])).toMatchObject({
      path: "a/x.txt",
      type: "file",
      isFile: true,
      isDirectory: false,
      size: 5,
      modified: expect.any(Date) as Date,
    });
    expect(harness.call("fs.stat", ["a"])).toMatchObject({ type: "directory", isFile: false, isDirectory: true });
  });

  test("makes folders, existing ones included, but not over a file", async () => {
    harness.call("fs.mkdir", ["a/b/c"]);
    harness.call("fs.mkdir", ["a/b/c"]);
    expect(fs.statSync(path.join(root, "a/b/c")).isDirectory()).toBe(true);
    put("file");
    expect(await code("fs.mkdir", "file")).toBe("fs.exists");
    expect(await code("fs.mkdir", "file/below")).toBe("fs.failed");
  });

  test("moves and copies, over others only when told to", async () => {
    put("a.txt");
    put("b.txt");
    put("dir/inner/x.txt");
    expect(await code("fs.move", "a.txt", "b.txt")).toBe("fs.exists");
    expect(await code("fs.copy", "a.txt", "b.txt")).toBe("fs.exists");
    harness.call("fs.copy", ["a.txt", "new/c.txt"]);
    harness.call("fs.move", ["a.txt", "b.txt", { overwrite: true }]);
    harness.call("fs.copy", ["dir", "twin"]);
    expect([onDisk("new/c.txt"), onDisk("b.txt"), onDisk("twin/inner/x.txt")]).toEqual([
      "a.txt",
      "a.txt",
      "dir/inner/x.txt",
    ]);
    expect(fs.existsSync(path.join(root, "a.txt"))).toBe(false);
    expect(await code("fs.copy", "dir", "dir/inner/again")).toBe("fs.failed");
    expect(await code("fs.move", "dir", "dir/inner/again")).toBe("fs.failed");
    expect(await code("fs.move", ".", "x")).toBe("fs.failed");
  });

  test("removes files and folders, full ones only when told to", async () => {
    put("a/b/x.txt");
    expect(harness.call("fs.remove", ["a/b/x.txt"])).toBe(true);
    expect(harness.call("fs.remove", ["a/b/x.txt"])).toBe(false);
    expect(harness.call("fs.remove", ["no/such/thing"])).toBe(false);
    expect(await code("fs.remove", "a")).toBe("fs.failed");
    expect(harness.call("fs.remove", ["a", { recursive: true }])).toBe(true);
    expect(await code("fs.remove", ".", { recursive: true })).toBe("fs.failed");
    expect(fs.existsSync(root)).toBe(true);
  });

  test("makes temporary files with fresh names", async () => {
    const [one, two] = [harness.call("fs.temp"), harness.call("fs.temp", [".json"])] as string[];
    expect(one).not.toBe(two);
    expect(two).toMatch(/^tmp\/.+\.json$/);
    expect(onDisk(one as string)).toBe("");
    expect(await code("fs.temp", "../../x")).toBe("input.invalid");
  });
});

describe("glob", () => {
  beforeEach(() => {
    for (const name of ["a.txt", "b.md", "src/a.ts", "src/deep/b.ts", "src/deep/c.txt", ".git/config", "src/.env"])
      put(name);
  });

  test.each([
    ["*.txt", ["a.txt"]],
    ["**/*.ts", ["src/a.ts", "src/deep/b.ts"]],
    ["**", ["a.txt", "b.md", "src/a.ts", "src/deep/b.ts", "src/deep/c.txt"]],
    ["src/**/**/*.t[a-t]", ["src/a.ts", "src/deep/b.ts"]],
    ["src/*", ["src/a.ts"]],
    ["{a,b}.{txt,md}", ["a.txt", "b.md"]],
    ["src/{a,deep/{b,c}}.*", ["src/a.ts", "src/deep/b.ts", "src/deep/c.txt"]],
    ["[!a].md", ["b.md"]],
    ["?.txt", ["a.txt"]],
    [".git/*", [".git/config"]],
    ["src/.*", ["src/.env"]],
    ["nothing/*", []],
  ])("%s", (pattern, expected) => {
    expect(harness.call("fs.glob", [pattern])).toEqual(expected);
  });

  test("refuses patterns that lead out, do not close or explode", async () => {
    expect(await code("fs.glob", "../*")).toBe("permission.denied");
    expect(await code("fs.glob", "{a,../../*}")).toBe("permission.denied");
    expect(await code("fs.glob", "{a,b")).toBe("input.invalid");
    expect(await code("fs.glob", "{a,b}".repeat(12))).toBe("input.invalid");
  });

  test("matches hostile patterns in no time", () => {
    const started = performance.now();
    expect(matchName(`${"*a".repeat(50)}b`, "a".repeat(5000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test("leaves out links that lead outside and does not enter links to folders", () => {
    fs.symlinkSync(path.join(base, "secret.txt"), path.join(root, "link.txt"));
    fs.symlinkSync(base, path.join(root, "up"));
    fs.symlinkSync(root, path.join(root, "self"));
    expect(harness.call("fs.glob", ["**/*.txt"])).toEqual(["a.txt", "src/deep/c.txt"]);
  });
});

describe("the jail", () => {
  const everyPathMethod: [string, unknown[]][] = [
    ["read", []],
    ["readBytes", []],
    ["write", ["x"]],
    ["writeBytes", ["x"]],
    ["append", ["x"]],
    ["exists", []],
    ["stat", []],
    ["list", []],
    ["mkdir", []],
    ["remove", []],
    ["watch", []],
    ["move", ["inside"]],
    ["copy", ["inside"]],
    ["glob", []],
  ];

  test.skipIf(!fs.existsSync("/proc/self"))(
    "says so where the workspace cannot be made, instead of trying for ever",
    async () => {
      root = "/proc/llmspell/work";
      harness = open();
      expect(await code("fs.write", "a.txt", "text")).toBe("fs.not_found");
    },
  );

  test.each(everyPathMethod)("%s refuses what leads out", async (name, rest) => {
    put("sub/x");
    for (const given of [
      "../secret.txt",
      "sub/../../secret.txt",
      "/etc/passwd",
      path.join(base, "secret.txt"),
      "..",
      "//etc/passwd",
      `${root}/../secret.txt`,
    ]) {
      expect([given, await code(`fs.${name}`, given, ...(rest as string[]))]).toEqual([given, "permission.denied"]);
    }
    for (const given of ["", "a\0b", "..\\secret.txt", "C:\\x", "c:/x", "\\\\server\\share"]) {
      expect([given, await code(`fs.${name}`, given, ...(rest as string[]))]).toEqual([given, "input.invalid"]);
    }
  });

  test.each(["move", "copy"])("%s refuses a target that leads out", async (name) => {
    put("a.txt");
    expect(await code(`fs.${name}`, "a.txt", "../b.txt")).toBe("permission.denied");
    expect(fs.existsSync(path.join(base, "b.txt"))).toBe(false);
  });

  test("takes absolute paths inside", () => {
    put("a.txt");
    expect(harness.call("fs.read", [path.join(root, "a.txt")])).toBe("a.txt");
    expect(harness.call("fs.stat", [root])).toMatchObject({ path: "." });
    const names = fs.readdirSync(path.dirname(root));
    expect(names).toContain("work");
  });

  test("is not fooled by a sibling whose name begins like the workspace's", async () => {
    fs.mkdirSync(`${root}-evil`);
    fs.writeFileSync(`${root}-evil/x`, "x");
    fs.symlinkSync(`${root}-evil`, path.join(root, "link"));
    expect(await code("fs.read", `${root}-evil/x`)).toBe("permission.denied");
    expect(await code("fs.read", "link/x")).toBe("permission.denied");
  });

  test("refuses links that lead out: at the end, in the middle, dangling", async () => {
    fs.symlinkSync(path.join(base, "secret.txt"), path.join(root, "file"));
    fs.symlinkSync(base, path.join(root, "folder"));
    fs.symlinkSync("../nothing-yet", path.join(root, "dangling"));
    for (const given of ["file", "folder/secret.txt"]) {
      for (const name of ["read", "readBytes", "exists", "stat", "watch"])
        expect([name, await code(`fs.${name}`, given)]).toEqual([name, "permission.denied"]);
      expect(await code("fs.append", given, "x")).toBe("permission.denied");
      expect(await code("fs.write", given, "x")).toBe("permission.denied");
      expect(await code("fs.copy", given, "copy")).toBe("permission.denied");
    }
    for (const name of ["write", "append"]) {
      expect(await code(`fs.${name}`, "dangling", "x")).toBe("permission.denied");
      expect(await code(`fs.${name}`, "folder/new.txt", "x")).toBe("permission.denied");
      expect(await code(`fs.${name}`, "folder/new/deep.txt", "x")).toBe("permission.denied");
    }
    expect(await code("fs.mkdir", "folder/new")).toBe("permission.denied");
    expect(await code("fs.mkdir", "dangling/new")).toBe("fs.exists");
    expect(await code("fs.list", "folder")).toBe("permission.denied");
    expect(await code("fs.remove", "folder/secret.txt")).toBe("permission.denied");
    expect(await code("fs.move", "folder/secret.txt", "mine")).toBe("permission.denied");
    expect(fs.readFileSync(path.join(base, "secret.txt"), "utf8")).toBe("secret");
    expect(fs.readdirSync(base).toSorted()).toEqual(["secret.txt", "work"]);
  });

  test("copying a folder does not carry along what its links lead to", async () => {
    fs.mkdirSync(path.join(root, "from"));
    fs.symlinkSync(path.join(base, "secret.txt"), path.join(root, "from/link"));
    expect(await code("fs.copy", "from", "to")).toBe("permission.denied");
    fs.rmSync(path.join(root, "from/link"));
    fs.symlinkSync(root, path.join(root, "from/loop"));
    expect(await code("fs.copy", "from", "to2")).toBe("fs.failed");
  });

  test("follows links that stay inside, and removes the link, not its target", () => {
    put("real/a.txt");
    fs.symlinkSync("real", path.join(root, "alias"));
    fs.symlinkSync("real/a.txt", path.join(root, "file"));
    expect(harness.call("fs.read", ["alias/a.txt"])).toBe("real/a.txt");
    harness.call("fs.write", ["file", "changed"]);
    expect(onDisk("real/a.txt")).toBe("changed");
    expect(fs.lstatSync(path.join(root, "file")).isSymbolicLink()).toBe(true);
    harness.call("fs.remove", ["file"]);
    harness.call("fs.remove", ["alias", { recursive: true }]);
    expect(onDisk("real/a.txt")).toBe("changed");
  });

  test("looks again at each call: a link made during the run is refused", async () => {
    put("sub/a.txt");
    expect(harness.call("fs.read", ["sub/a.txt"])).toBe("sub/a.txt");
    fs.rmSync(path.join(root, "sub"), { recursive: true });
    fs.symlinkSync(base, path.join(root, "sub"));
    expect(await code("fs.read", "sub/secret.txt")).toBe("permission.denied");
    expect(await code("fs.write", "sub/secret.txt", "x")).toBe("permission.denied");
  });

  test("takes the real folder of a workspace that is itself a link", () => {
    fs.symlinkSync(root, path.join(base, "alias"));
    put("a.txt");
    const aliased = createBridgeHarness([fsBridge], {
      services: { workspace: () => ({ root: path.join(base, "alias"), maxFileBytes: 100 }) },
    });
    expect(aliased.call("fs.read", ["a.txt"])).toBe("a.txt");
    expect(aliased.call("fs.read", [path.join(base, "alias/a.txt")])).toBe("a.txt");
    fs.rmSync(path.join(base, "alias"));
  });
});

describe("policy and journal", () => {
  test("asks for fs.read and fs.write with the path, both for a copy", async () => {
    put("in.txt");
    put("other.txt");
    harness = open({ policy: createPolicy({ allow: { "fs.read": ["in.txt"], "fs.write": ["out.txt"] } }) });
    expect(harness.call("fs.read", ["./sub/../in.txt"])).toBe("in.txt");
    harness.call("fs.copy", ["in.txt", "out.txt"]);
    for (const call of [
      code("fs.read", "other.txt"),
      code("fs.write", "in.txt", "x"),
      code("fs.copy", "other.txt", "out.txt"),
      code("fs.copy", "in.txt", "x.txt"),
      code("fs.move", "in.txt", "out.txt"),
      code("fs.watch", "other.txt"),
      code("fs.remove", "in.txt"),
      code("fs.temp"),
      code("fs.glob", "*"),
    ]) {
      expect(await call).toBe("permission.denied");
    }
    expect(onDisk("out.txt")).toBe("in.txt");
  });

  test("answers from the journal on replay and touches no file", () => {
    put("a.txt", "then");
    const script = (run: BridgeHarness) => [
      run.call("fs.read", ["a.txt"]),
      run.call("fs.write", ["b.txt", "x"]),
      run.call("fs.copy", ["a.txt", "c.txt"]),
      run.call("fs.list"),
    ];
    const first = script(harness);
    fs.rmSync(root, { recursive: true });
    expect(script(harness.replay())).toEqual(first);
    expect(fs.existsSync(root)).toBe(false);
  });

  test("names what it lacks when the runtime offers no workspace", async () => {
    const bare = createBridgeHarness([fsBridge]);
    expect((await bare.fail("fs.read", ["a"])).code).toBe("method.unavailable");
  });

  test.each([
    ["fs.read"],
    ["fs.read", 5],
    ["fs.write", "a"],
    ["fs.write", "a", 5],
    ["fs.write", "a", "b", "c"],
    ["fs.list", {}],
    ["fs.mkdir", []],
    ["fs.glob"],
    ["fs.move", "a"],
    ["fs.remove", "a", { recursive: "yes" }],
  ])("%s refuses wrong arguments: %j", async (name, ...args) =>
    expect(await code(name, ...(args as string[]))).toBe("input.invalid"),
  );
});

describe("watch", () => {
  const next = (watcher: unknown) => harness.call("fs.watcher.next", [watcher as Handle]);

  test("tells changes of a folder as they come, and ends when closed", async () => {
    put("dir/old.txt");
    const watcher = harness.call("fs.watch", ["dir"]);
    fs.writeFileSync(path.join(root, "dir/new.txt"), "x");
    expect(await next(watcher)).toEqual({ type: "created", path: "dir/new.txt" });
    fs.appendFileSync(path.join(root, "dir/old.txt"), "more");
    let change = await next(watcher);
    while ((change as { path: string }).path === "dir/new.txt") change = await next(watcher);
    expect(change).toEqual({ type: "changed", path: "dir/old.txt" });
    const waiting = next(watcher);
    fs.rmSync(path.join(root, "dir/old.txt"));
    change = await waiting;
    while ((change as { type: string }).type === "changed") change = await next(watcher);
    expect(change).toEqual({ type: "removed", path: "dir/old.txt" });
    const last = next(watcher);
    harness.call("fs.watcher.close", [watcher as Handle]);
    expect(await last).toBeNull();
    expect(await next(watcher)).toBeNull();
  });

  test("stops waiting when the run is aborted", async () => {
    const abort = new AbortController();
    harness = open({ signal: abort.signal });
    const watcher = harness.call("fs.watch", ["."]);
    const waiting = harness.fail("fs.watcher.next", [watcher as Handle]);
    abort.abort(new Error("stop"));
    expect((await waiting).message).toContain("stop");
  });
});

test.each([
  ["ENOSPC", "fs.disk_full"],
  ["EDQUOT", "fs.disk_full"],
  ["ENOENT", "fs.not_found"],
  ["EEXIST", "fs.exists"],
  ["EACCES", "fs.failed"],
  ["EIO", "fs.failed"],
])("%s becomes %s", (reason, expected) => {
  const error = toFsError(Object.assign(new Error("raw"), { code: reason }), "write", "a.txt");
  expect(error.code).toBe(expected);
  expect(error.message).toContain('write "a.txt"');
});
