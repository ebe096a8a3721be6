import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch.ts";

let folder: ReturnType<typeof scratchFolder>;
beforeEach(() => void (folder = scratchFolder({ "project/.keep": "", "victim.txt": "the victim's line\n" })));
afterEach(() => folder[Symbol.dispose]());
const at = (name: string) => path.join(folder.path, name);

/** Replays a recording that was made up, as one from somewhere else may be. */
async function replay(header: object, entries: readonly object[], flags: readonly string[] = []) {
  const first = {
    llmspell: "recording",
    version: 1,
    run: "r1",
    startedAt: 1,
    name: "x",
    engine: "lua",
    file: at("victim.txt"),
    folder: folder.path,
    code: "",
    args: [],
    env: {},
    seed: 1,
    limits: {},
    policy: { allow: { "fs.read": true, "fs.write": true, module: true, net: ["**"], model: true } },
    budget: {},
    models: {},
    workspace: folder.path,
    params: {},
    ...header,
  };
  writeFileSync(at("made-up.jsonl"), [first, ...entries].map((line) => `${JSON.stringify(line)}\n`).join(""));
  return runCli(["run", "--replay", at("made-up.jsonl"), ...flags], {
    cwd: at("project"),
    env: { VICTIMS_TOKEN: "s3cret-value-of-the-victim" },
  });
}

const output = (text: string) => ({
  type: "output",
  parent: 0,
  seq: 1,
  method: "console.write",
  calls: 1,
  text,
  at: 1,
});

describe("a recording of somebody else", () => {
  it("gets no variable that the user does not allow", async () => {
    const header = { code: "print(env.VICTIMS_TOKEN)", env: { VICTIMS_TOKEN: "[redacted]" } };
    const refused = await replay(header, [output("[redacted]\n")]);
    expect(refused).toMatchObject({ code: 0, stdout: "[redacted]\n" });
    const allowed = await replay(header, [output("[redacted]\n")], ["--allow-env", "VICTIMS_TOKEN"]);
    expect(allowed.stdout).toBe("s3cret-value-of-the-victim\n");
  });

  it("writes no file and loads no module, whatever its policy says", async () => {
    const written = await replay({ code: 'fs.write("owned.txt", "x")' }, []);
    expect(written).toMatchObject({ code: 1, stderr: expect.stringContaining("journal.mismatch") as string });
    expect(existsSync(at("owned.txt"))).toBe(false);
    writeFileSync(at("m.lua"), 'error("loaded")');
    const loaded = await replay({ code: 'require("m")' }, []);
    expect(loaded.stderr).toContain('the recording holds no module "m"');
    expect(readFileSync(at("victim.txt"), "utf8")).toContain("victim");
  });

  it("shows no line of a file that its errors name, and no control characters", async () => {
    const error = {
      code: "my.code\u001b[2J",
      message: "gone\u001b]0;title\u0007\u202e",
      retryable: false,
      frames: [{ file: at("victim.txt"), line: 1 }],
    };
    const { stderr } = await replay({ code: 'fs.read("x")', file: "x.lua" }, [
      { type: "started", seq: 1, parent: 0, method: "fs.read", args: ["x"], at: 1 },
      { type: "failed", seq: 1, at: 1, error },
    ]);
    expect(stderr).toContain("my.code\\x1b[2J");
    expect(stderr).toContain("\\u202e");
    expect(stderr).not.toContain("the victim's line");
    // oxlint-disable-next-line no-control-regex
    expect(stderr).not.toMatch(/[\u0007\u001b\u202e]/);
  });

  it("stays below the ceilings of the user", async () => {
    writeFileSync(at("project/llmspell.yaml"), "security: {resource_limits: {max_memory: 16MB}}");
    const { stderr, code } = await replay(
      { code: 'local t = {} for i = 1, 64 do t[i] = string.rep("x", 1e6) .. i end', limits: { memoryBytes: 2 ** 30 } },
      [],
    );
    expect(stderr).toContain("limit.memory");
    expect(code).toBe(6);
  });
});
