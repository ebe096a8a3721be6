import { mkdtempSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { RunStore } from "../../src/runs/run-store.ts";
import { startChild } from "../child.ts";
import type { Figure, Reading } from "../figure.ts";
import { PRODUCT, loadLibrary } from "../product.ts";
import { alternate, median, ratios, spread } from "../sample.ts";

const CALLS = 100;
const ROUNDS = 15;
const WARM_UP = 5;
const RUNS = 100_000;
const LIST_ROUNDS = 15;

const SPELL = `
for i = 1, ${CALLS} do
  local answer = llm.complete("Say something short.", { model = "openai/gpt-4o" })
  if tostring(answer) ~= "A short answer." then error("wrong answer: " .. tostring(answer)) end
end
return true`;

/** CPU milliseconds of this process, all of its threads. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function journaling(folder: string): Promise<Reading> {
  const { line: url, child } = await startChild("model-server.ts", ["quick"]);
  try {
    const { createRuntime } = await loadLibrary();
    const models = { env: { OPENAI_API_KEY: "key-of-a-bench", OPENAI_BASE_URL: `${url}/v1` } };
    await using plain = createRuntime({ models });
    await using kept = createRuntime({ models, journal: path.join(folder, "kept.db") });
    const cpu = (runtime: typeof plain) =>
      cpuOf(async () => {
        const result = await runtime.exec(SPELL, { engine: "lua" });
        if (!result.ok) throw result.error;
      });
    const sides = { plain: () => cpu(plain), kept: () => cpu(kept) };
    const samples = await alternate(sides, ROUNDS, WARM_UP);
    const over = ratios(samples.kept, samples.plain);
    const note = `${median(samples.kept).toFixed(1)} over ${median(samples.plain).toFixed(1)} ms; quartiles ${spread(over)}; best over best ${(Math.min(...samples.kept) / Math.min(...samples.plain)).toFixed(2)}`;
    return { name: `CPU of ${CALLS} model calls, journaled over not`, value: median(over), unit: "x", goal: 1.1, note };
  } finally {
    child.kill();
  }
}

function fill(folder: string): string {
  const file = path.join(folder, "llmspell/runs.db");
  using store = new RunStore(file);
  const process = { pid: 1, host: "bench", started: "" };
  const end = {
    status: "ok",
    durationMs: 1,
    cpuMs: 1,
    inputTokens: 1,
    outputTokens: 1,
    cost: 0,
    costKnown: true,
  } as const;
  for (let from = 0; from < RUNS; from += 1000) {
    store.commit(
      Array.from({ length: 1000 }, (_, index) => {
        const startedAt = 1_700_000_000_000 + from + index;
        const run = {
          id: `run-${from + index}`,
          name: `spell${index % 10}`,
          file: "spell.lua",
          engine: "lua",
          startedAt,
        };
        return [
          { type: "begin" as const, run, process, lines: `{"header":${index}}\n` },
          { type: "end" as const, run: run.id, end: { ...end, endedAt: startedAt + 1 }, lines: '{"type":"outcome"}\n' },
        ];
      }).flat(),
    );
  }
  return file;
}

async function listing(folder: string): Promise<Reading> {
  const file = fill(folder);
  const main = fileURLToPath(new URL("cli/main.js", PRODUCT));
  const time = (args: readonly string[], expected: RegExp) => {
    const started = performance.now();
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      env: { ...process.env, XDG_STATE_HOME: folder },
    });
    const ms = performance.now() - started;
    if (!expected.test(stdout)) throw new Error(`${args.join(" ")} printed ${stdout}${stderr}`);
    return ms;
  };
  const samples = await alternate(
    {
      list: () => time([main, "runs", "list"], /run-99999 /),
      help: () => time([main, "--help"], /Usage/),
      query: () => {
        using store = new RunStore(file);
        const started = performance.now();
        if (store.list({ status: "ok", name: "spell3" }).length !== 20) throw new Error("wrong list");
        return performance.now() - started;
      },
    },
    LIST_ROUNDS,
    2,
  );
  const note = `whole process; quartiles ${spread(samples.list, 0)} ms; \`--help\` takes ${median(samples.help).toFixed(0)} ms, a filtered query ${median(samples.query).toFixed(2)} ms`;
  return { name: "`runs list` over 100,000 runs", value: median(samples.list), unit: "ms", goal: 100, note };
}

/** What keeping journals costs, and how fast they are found. */
export const journalFigure: Figure = {
  name: "journal",
  title: "The journal of runs",
  async measure(log) {
    const folder = mkdtempSync(path.join(tmpdir(), "llmspell-bench-"));
    try {
      log("model calls");
      const first = await journaling(folder);
      log("100,000 runs");
      return [first, await listing(folder)];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
