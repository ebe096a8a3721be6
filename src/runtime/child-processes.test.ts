import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRuntime, type Runtime } from "./create-runtime.ts";

let folder: string;
let runtime: Runtime;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "llmspell-processes-"));
  runtime = createRuntime({ workers: 1, workspace: folder, permissions: { commands: ["node"], fs: "write" } });
});
afterEach(async () => {
  await runtime.shutdown();
  rmSync(folder, { recursive: true });
});

/** Starts a process that tells its id and stays, then does something else. */
const during = (work: string) => `
  const program = "require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)";
  const running = tools.execute("command_run", { program: "node", args: ["-e", program], timeout_seconds: 300 });
  running.catch(() => undefined);
  while (!fs.exists("pid") || fs.read("pid") === "") await util.sleep(20);
  ${work}`;

/** XPath that compares every node with every other one, three times over: the host computes, and no signal is heeded. */
const BUSY = `await tools.execute("xml_query", { text: "<a>" + "<b/>".repeat(3000) + "</a>", query: "count(//b[count(//b[count(//b)>0])>0])" });`;

function isAlive(): boolean {
  try {
    // A zombie is no more.
    return !/^\d+ \(.*\) [ZX]/.test(
      readFileSync(`/proc/${Number(readFileSync(path.join(folder, "pid"), "utf8"))}/stat`, "utf8"),
    );
  } catch {
    return false;
  }
}

const isLinux = process.platform === "linux";

test.runIf(isLinux)("a process that a tool has started ends with the worker", { timeout: 60_000 }, async () => {
  const result = await runtime.exec(during(BUSY), { engine: "javascript", limits: { timeoutMs: 4000 } });
  expect(result).toMatchObject({ ok: false, error: { code: "limit.wall" } });
  await vi.waitFor(() => expect(isAlive()).toBe(false), 10_000);
});

test.runIf(isLinux)("and with a run that is cancelled", { timeout: 60_000 }, async () => {
  const cancel = new AbortController();
  const running = runtime.exec(during("await running;"), { engine: "javascript", signal: cancel.signal });
  await vi.waitFor(() => expect(isAlive()).toBe(true), 20_000);
  cancel.abort();
  expect((await running).ok).toBe(false);
  await vi.waitFor(() => expect(isAlive()).toBe(false), 10_000);
});
