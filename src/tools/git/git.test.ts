import { existsSync, mkdirSync, mkdtempSync, promises as fs, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as git from "isomorphic-git";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFixtureHost, type FixtureHost } from "../fixtures/fixture-host.ts";
import { gitDiff, gitLog, gitShow, gitStatus } from "./git-tools.ts";

let host: FixtureHost;
let at: { fs: { promises: typeof fs }; dir: string };

async function commit(message: string, files: Record<string, string | Uint8Array | null>): Promise<string> {
  for (const [filepath, content] of Object.entries(files)) {
    if (content === null) {
      rmSync(path.join(at.dir, filepath));
      await git.remove({ ...at, filepath });
    } else {
      host.put(filepath, content);
      await git.add({ ...at, filepath });
    }
  }
  const author = { name: "Ada", email: "ada@example.com", timestamp: 1_700_000_000, timezoneOffset: 0 };
  return git.commit({ ...at, message, author });
}

beforeEach(async () => {
  host = createFixtureHost();
  at = { fs: { promises: fs }, dir: host.root };
  await git.init({ ...at, defaultBranch: "main" });
  await commit("first\n\nwhy it is", { "a.txt": "one\ntwo\n", "lib/b.txt": "b\n", "gone.txt": "x\n" });
  await commit("second", { "a.txt": "one\n2\n", "gone.txt": null, "data.bin": new Uint8Array([0, 1, 2]) });
});
afterEach(() => host.close());

describe("a repository", () => {
  it("that is clean has a branch and no changes", async () => {
    expect(await host.run(gitStatus, {})).toEqual({
      branch: "main",
      clean: true,
      staged: [],
      unstaged: [],
      untracked: [],
      truncated: false,
    });
  });

  it("tells what is staged, changed, deleted and untracked, from any of its folders", async () => {
    host.put("a.txt", "changed again\n");
    host.put("new.txt", "new\n");
    host.put("staged.txt", "staged\n");
    host.put("debug.log", "");
    host.put(".gitignore", "*.log\n");
    await git.add({ ...at, filepath: "staged.txt" });
    rmSync(path.join(at.dir, "lib/b.txt"));
    mkdirSync(path.join(at.dir, "lib/empty"));
    expect(await host.run(gitStatus, { path: "lib/empty" })).toMatchObject({
      clean: false,
      staged: [{ path: "staged.txt", status: "added" }],
      unstaged: [
        { path: "a.txt", status: "modified" },
        { path: "lib/b.txt", status: "deleted" },
      ],
      untracked: [".gitignore", "new.txt"],
    });
  });

  it("lists commits, also those of a file", async () => {
    const { commits } = (await host.run(gitLog, {})) as { commits: { id: string }[] };
    expect(commits).toMatchObject([
      { subject: "second", body: "" },
      { subject: "first", body: "why it is", author: "Ada", date: "2023-11-14T22:13:20.000Z", parents: [] },
    ]);
    expect(await host.run(gitLog, { file: "lib/b.txt" })).toMatchObject({ commits: [{ subject: "first" }] });
    expect(await host.run(gitLog, { limit: 1 })).toMatchObject({ commits: [{ subject: "second" }] });
    expect(await host.run(gitLog, { since: "2024-01-01T00:00:00Z" })).toEqual({ commits: [] });
    expect(await host.run(gitLog, { ref: (commits[1] as { id: string }).id.slice(0, 8) })).toMatchObject({
      commits: [{ subject: "first" }],
    });
  });

  it("shows a commit with its changes, the first one too", async () => {
    expect(await host.run(gitShow, {})).toMatchObject({
      commit: { subject: "second" },
      files: [
        { path: "a.txt", status: "modified", added: 1, removed: 1, binary: false },
        { path: "data.bin", status: "added", binary: true },
        { path: "gone.txt", status: "deleted", added: 0, removed: 1 },
      ],
      diff: expect.stringContaining("--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n") as string,
      truncated: false,
    });
    expect(await host.run(gitShow, { ref: "HEAD~1", paths: ["lib"] })).toMatchObject({
      commit: { subject: "first" },
      files: [{ path: "lib/b.txt", status: "added", added: 1 }],
    });
  });

  it("compares commits with each other and with the files as they are", async () => {
    expect(await host.run(gitDiff, { from: "HEAD~1", to: "main", paths: ["a.txt"] })).toMatchObject({
      files: [{ path: "a.txt", status: "modified" }],
    });
    host.put("lib/b.txt", "b\nc\n");
    host.put("lib/untracked.txt", "no");
    expect(await host.run(gitDiff, {})).toEqual({
      files: [{ path: "lib/b.txt", status: "modified", added: 1, removed: 0, binary: false }],
      diff: "--- a/lib/b.txt\n+++ b/lib/b.txt\n@@ -1 +1,2 @@\n b\n+c\n",
      truncated: false,
    });
    host.put("lib/b.txt", "c\n".repeat(1000));
    expect(await host.run(gitDiff, { max_output: 100 })).toMatchObject({ files: [{}], diff: "", truncated: true });
  });

  it("is only read, and nothing that it names is run", async () => {
    const touched = path.join(host.root, "touched");
    const program = path.join(host.root, ".git/evil.sh");
    writeFileSync(program, `#!/bin/sh\ntouch ${touched}\n`, { mode: 0o755 });
    const config = `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = ${program}\n\tpager = ${program}\n\thooksPath = .git\n\tsshCommand = ${program}
[diff]\n\texternal = ${program}\n[filter "x"]\n\tclean = ${program}\n\tsmudge = ${program}\n\tprocess = ${program}\n[diff "x"]\n\ttextconv = ${program}\n`;
    host.put(".git/config", config);
    host.put(".gitattributes", "* filter=x diff=x\n");
    host.put("a.txt", "changed\n");
    const before = await fs.readFile(path.join(host.root, ".git/index"));
    for (const tool of [gitStatus, gitLog, gitDiff, gitShow]) await host.run(tool, {});
    expect(existsSync(touched)).toBe(false);
    expect(await fs.readFile(path.join(host.root, ".git/index"))).toEqual(before);
  });
});

describe("what is no repository", () => {
  it.each([
    [{ ref: "nope" }, "git.not_found"],
    [{ ref: "HEAD~9" }, "git.not_found"],
    [{ ref: "../../etc/passwd" }, "git.not_found"],
    [{ path: "../.." }, "permission.denied"],
  ])("%j is an error", async (args, code) => {
    expect((await host.fail(gitLog, args)).code).toBe(code);
  });

  it("is named; one outside of the workspace is none", async () => {
    const outside = mkdtempSync(path.join(tmpdir(), "llmspell-git-"));
    await git.init({ fs: at.fs, dir: outside });
    rmSync(path.join(host.root, ".git"), { recursive: true });
    expect((await host.fail(gitStatus, {})).code).toBe("git.not_found");
    symlinkSync(path.join(outside, ".git"), path.join(host.root, ".git"));
    expect((await host.fail(gitLog, {})).code).toBe("git.not_found");
    rmSync(path.join(host.root, ".git"));
    writeFileSync(path.join(host.root, ".git"), `gitdir: ${outside}/.git\n`);
    expect((await host.fail(gitLog, {})).code).toMatch(/^git\./);
    rmSync(outside, { recursive: true });
  });

  it("may be a damaged one", async () => {
    const id = await git.resolveRef({ ...at, ref: "HEAD" });
    const object = path.join(host.root, ".git/objects", id.slice(0, 2), id.slice(2));
    await fs.chmod(object, 0o644);
    writeFileSync(object, "rubbish");
    expect((await host.fail(gitLog, {})).code).toMatch(/^git\./);
    writeFileSync(path.join(host.root, ".git/index"), "rubbish");
    expect((await host.fail(gitStatus, {})).code).toBe("git.failed");
  });
});
