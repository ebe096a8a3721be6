import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRuntime } from "../../src/runtime/create-runtime.ts";
import type { RunResult } from "../../src/runtime/runtime-options.ts";
import { type ModelServer, startModelServer } from "../../src/testing/model-server.ts";
import { Lab, type LabRun, modelCalls, printed, repeated, spells } from "./lab.ts";
import { answer } from "./model.ts";

const folder = mkdtempSync(path.join(tmpdir(), "llmspell-orchestration-"));
let server: ModelServer;
let lab: Lab;

beforeAll(async () => {
  server = await startModelServer(answer);
  lab = new Lab(folder, server);
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await server.close();
  rmSync(folder, { recursive: true });
});

const seen = ({ ok, output, ...result }: RunResult) => ({
  ok,
  output,
  ...("value" in result ? { value: result.value } : { error: result.error.toData() }),
});

const valueOf = ({ result }: LabRun): unknown => (result.ok ? result.value : result.error.toData());

/** Stores of its own are as the whole run left them: it goes on only where it was stopped. */
const OUTLIVES = new Set(["talk.js"]);

describe.each(spells)("%s", (name) => {
  it("is made again from its recording without models, files and people", async () => {
    const tape = path.join(folder, `${name}.jsonl`);
    const stateFolder = mkdtempSync(path.join(folder, "state-"));
    await using runtime = createRuntime({ workers: 1, stateFolder });
    const code = readFileSync(path.join(import.meta.dirname, "spells", name), "utf8");
    const engine = path.extname(name).slice(1);
    const options = lab.options(lab.newWorkspace());
    const recorded = await runtime.exec(code, { engine, ...options, record: tape });
    expect(seen(recorded)).toMatchObject({ ok: true });
    const asked = server.calls.length;
    await using other = createRuntime({ workers: 1, workspace: path.join(folder, "nowhere"), stateFolder: folder });
    expect(seen(await other.replay(tape))).toEqual(seen(recorded));
    expect(server.calls).toHaveLength(asked);
    expect(readFileSync(tape, "utf8")).not.toContain("sk-never-written");
  });

  it.skipIf(OUTLIVES.has(name))("goes on from every point of its journal and repeats nothing", async () => {
    const workspace = lab.newWorkspace();
    const whole = await lab.run(name, workspace);
    expect(seen(whole.result)).toMatchObject({ ok: true });
    for (let cut = 0; cut <= whole.lines.length; cut++) {
      const before = server.calls.length;
      const again = await lab.run(name, workspace, { lines: whole.lines.slice(0, cut) });
      const where = `${cut}: ${whole.lines[cut - 1]}`;
      expect([where, valueOf(again)]).toEqual([where, valueOf(whole)]);
      expect([where, repeated(again.lines, cut)]).toEqual([where, []]);
      expect([where, printed(again.lines)]).toEqual([where, printed(whole.lines)]);
      const asked = server.calls.length - before;
      expect([where, asked]).toEqual([where, modelCalls(again.lines) - modelCalls(whole.lines.slice(0, cut))]);
    }
  });

  it("ends promptly wherever it is cancelled, leaves nothing behind, and can go on", async () => {
    const whole = await lab.run(name, lab.newWorkspace());
    const resources = async (): Promise<string[]> =>
      valueOf(await lab.exec("return worker.resources()", "look.lua", folder)) as string[];
    const before = (await resources()).length;
    for (let abortAt = 1; abortAt < whole.lines.length; abortAt += 3) {
      const workspace = lab.newWorkspace();
      const stopped = await lab.run(name, workspace, { abortAt });
      const where = `${abortAt}: ${stopped.lines.at(-1)}`;
      // What is over by then has not been cancelled.
      const end = stopped.result.ok ? "over" : stopped.result.error.code;
      expect(["over", "run.aborted"]).toContain(end);
      expect(stopped.endedMs ?? 0).toBeLessThan(2000);
      const again = await lab.run(name, workspace, { lines: stopped.lines });
      expect([where, valueOf(again)]).toEqual([where, valueOf(whole)]);
      expect([where, repeated(again.lines, stopped.lines.length)]).toEqual([where, []]);
    }
    await expect.poll(async () => (await resources()).length, { timeout: 5000 }).toBeLessThanOrEqual(before);
  });

  it.each([{ limits: { timeoutMs: 8 } }, { budget: { tokens: 20 } }, { budget: { tokens: 50 } }])(
    "goes on with more where it ended with %j",
    async (bounds) => {
      const whole = await lab.run(name, lab.newWorkspace());
      const workspace = lab.newWorkspace();
      const ended = await lab.run(name, workspace, bounds);
      const end = ended.result.ok ? "over" : ended.result.error.code;
      expect(["over", "limit.wall", "budget.exceeded"]).toContain(end);
      const again = await lab.run(name, workspace, { lines: ended.lines });
      expect(valueOf(again)).toEqual(valueOf(whole));
      expect(repeated(again.lines, ended.lines.length)).toEqual([]);
    },
  );
});
