import { readdirSync, readFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import { builtInEngines } from "../../src/runtime/engines.ts";
import { RunRecorder } from "../../src/runtime/run-recorder.ts";
import { runSpell } from "../../src/runtime/run-spell.ts";
import type { RunOptions, RunResult, RuntimeOptions } from "../../src/runtime/runtime-options.ts";
import { spellFromText } from "../../src/runtime/spell.ts";
import { Supervisor } from "../../src/runtime/supervisor.ts";
import type { ModelServer } from "../../src/testing/model-server.ts";

const SPELLS = path.join(import.meta.dirname, "spells");
const RUN_ID = "01900000-0000-7000-8000-000000000001";

export const spells = readdirSync(SPELLS);

/** An entry of a journal, as far as is looked at here. */
export interface Line {
  type: string;
  seq: number;
  parent: number;
  method?: string;
  composite?: true;
  text?: string;
}

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");
const read = (lines: readonly string[]): Line[] => lines.map((line) => JSON.parse(line) as Line);

/** Calls the function with the number of lines whenever more have come. */
class WatchedRecorder extends RunRecorder {
  readonly #grown: (lines: number) => void;
  #count: number;

  constructor(lines: readonly string[], grown: (lines: number) => void) {
    super(lines.map((line) => `${line}\n`));
    this.#grown = grown;
    this.#count = lines.length;
  }

  override append(lines: string): void {
    super.append(lines);
    this.#count += linesOf(lines).length;
    this.#grown(this.#count);
  }
}

export interface LabRun {
  result: RunResult;
  /** The whole journal. */
  lines: string[];
  /** From the abort to the result, in milliseconds. */
  endedMs: number | undefined;
}

/** Runs spells from journals that end anywhere, in one worker. */
export class Lab implements AsyncDisposable {
  readonly folder: string;
  readonly #server: ModelServer;
  readonly #supervisor: Supervisor;

  constructor(folder: string, server: ModelServer) {
    this.folder = folder;
    this.#server = server;
    const extensions = [new URL("./worker-resources.ts", import.meta.url).href];
    this.#supervisor = new Supervisor({ workers: 1, extensions });
  }

  /** The same for all runs of a spell, but for the folder: with files, as the run finds them. */
  newWorkspace(): string {
    const workspace = mkdtempSync(path.join(this.folder, "work-"));
    mkdirSync(path.join(workspace, ".state"));
    writeFileSync(path.join(workspace, "facts.txt"), "facts");
    return workspace;
  }

  options(workspace: string): RunOptions {
    const { url } = this.#server;
    return {
      workspace,
      seed: 7,
      models: { model: "openai/m", env: { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: "sk-never-written" } },
      permissions: { fs: "write" },
      limits: { timeoutMs: 30_000 },
      onQuestion: () => ({ approved: true, by: "ann" }),
    };
  }

  /** Goes on where the journal `lines` ends; ends the run once its journal has `abortAt` lines. */
  async run(
    name: string,
    workspace: string,
    { lines = [], abortAt = Infinity, ...more }: RunOptions & { lines?: readonly string[]; abortAt?: number } = {},
  ): Promise<LabRun> {
    return this.exec(readFileSync(path.join(SPELLS, name), "utf8"), name, workspace, { lines, abortAt, ...more });
  }

  async exec(
    code: string,
    name: string,
    workspace: string,
    { lines = [], abortAt = Infinity, ...more }: RunOptions & { lines?: readonly string[]; abortAt?: number } = {},
  ): Promise<LabRun> {
    const controller = new AbortController();
    let abortedAt: number | undefined;
    const recorder = new WatchedRecorder(lines, (count) => {
      if (count < abortAt || abortedAt !== undefined) return;
      abortedAt = performance.now();
      controller.abort();
    });
    const engine = path.extname(name).slice(1);
    const spell = await spellFromText(code, name, builtInEngines(), engine);
    const runtime: RuntimeOptions = { stateFolder: path.join(workspace, ".state") };
    const run: RunOptions = { ...this.options(workspace), ...more, signal: controller.signal };
    const result = await runSpell(this.#supervisor, RUN_ID, spell, runtime, run, recorder);
    const endedMs = abortedAt === undefined ? undefined : performance.now() - abortedAt;
    return { result, lines: linesOf(recorder.lines().join("")), endedMs };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#supervisor.shutdown();
  }
}

/** Effects, but for those that run again, that had ended in the first `cut` lines and were begun once more after them. */
export function repeated(lines: readonly string[], cut: number): Line[] {
  const before = read(lines.slice(0, cut));
  const ended = new Set(before.flatMap(({ type, seq }) => (type === "ended" || type === "failed" ? [seq] : [])));
  return read(lines.slice(cut)).filter(({ type, seq }) => type === "started" && ended.has(seq));
}

/** Requests of models that had ended. */
export function modelCalls(lines: readonly string[]): number {
  const entries = read(lines);
  const asked = new Set(
    entries.flatMap(({ type, seq, method, composite }) =>
      type === "started" && !composite && method?.startsWith("llm.") ? [seq] : [],
    ),
  );
  return entries.filter(({ type, seq }) => (type === "ended" || type === "failed") && asked.has(seq)).length;
}

/** What the run has printed, by its journal. */
export function printed(lines: readonly string[]): string {
  return read(lines)
    .flatMap(({ type, text }) => (type === "output" ? [text ?? ""] : []))
    .join("");
}
