import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { createRuntime } from "../support/product.ts";
import { scratchFolder } from "../support/scratch.ts";

const runtime = createRuntime({ workers: 1 });
afterAll(() => runtime.shutdown());

/** Watches of the system that this process holds; 0 where the system does not tell (only Linux does). */
function watches(): number {
  if (process.platform !== "linux") return 0;
  return readdirSync("/proc/self/fdinfo")
    .flatMap((fd) => {
      try {
        return readFileSync(`/proc/self/fdinfo/${fd}`, "utf8").split("\n");
      } catch {
        return [];
      }
    })
    .filter((line) => line.startsWith("inotify wd")).length;
}

const WATCH = "for (let i = 0; i < params.count; i++) { fs.mkdir(`d${i}`); fs.watch(`d${i}`); } return 'watching'";

it("a run may watch a hundred paths at once, and watches none once it has ended", async () => {
  using folder = scratchFolder();
  const run = (count: number) =>
    runtime.exec(WATCH, { engine: "javascript", workspace: folder.path, params: { count } });
  const before = watches();
  expect(await run(101)).toMatchObject({ ok: false, error: { code: "fs.failed" } });
  expect(await run(100)).toMatchObject({ ok: true });
  expect(watches()).toBe(before);
});

it.skipIf(process.platform === "win32")("a pipe is no module: it is not waited for", async () => {
  using folder = scratchFolder({
    "main.lua": "return pcall(require, 'pipe')",
    "main.js": "try { await import('./pipe.js') } catch (e) { return e.code }",
  });
  execFileSync("mkfifo", [path.join(folder.path, "pipe.lua"), path.join(folder.path, "pipe.js")]);
  expect(await runtime.run(path.join(folder.path, "main.lua"))).toMatchObject({ ok: true, value: false });
  expect(await runtime.run(path.join(folder.path, "main.js"))).toMatchObject({
    ok: true,
    value: "script.module_unusable",
  });
});
