import { fromJson } from "../../journal/codec.ts";
import { type Effect, effectTree } from "../../runs/effect-tree.ts";
import { type Recording, parseRecording } from "../../runs/read-recording.ts";
import type { RunSummary } from "../../runs/run-store.ts";
import { inspect } from "../../values/inspect.ts";
import type { ScriptValue } from "../../values/script-value.ts";
import { colors } from "../colors.ts";
import { formatElapsed, formatSpent, formatTime } from "../figures.ts";
import { openJournalOf } from "../open-journal.ts";
import { printable } from "../printable.ts";
import { openText } from "../report/effect-kind.ts";
import { spentText, treeLines } from "../report/tree-lines.ts";
import { jsonText } from "../result.ts";
import type { ConfigFlags } from "../settings.ts";

const SHOWN = 100;

/** `llmspell runs show RUN`. */
export async function runsShowCommand(
  wanted: string,
  flags: ConfigFlags & { json?: boolean; tree?: boolean },
): Promise<void> {
  using store = await openJournalOf(wanted, flags);
  const run = store.find(wanted);
  const recording = parseRecording([...store.lines(run.id)].join(""), `the journal of run ${run.id}`);
  const effects = effectTree(recording.lines);
  if (flags.json) {
    const { code: _, ...header } = recording.header;
    process.stdout.write(jsonText({ ...run, header, effects, outcome: recording.outcome ?? null }));
    return;
  }
  const open = openText(run);
  const lines = flags.tree ? treeLines(effects, open).map(printable) : effectLines(effects, open);
  process.stdout.write(`${[...aboutLines(run, recording), ...lines].join("\n")}\n`);
}

function aboutLines(run: RunSummary, { header, outcome }: Recording): string[] {
  const { bold } = colors(process.stdout);
  const { durationMs, inputTokens = 0, outputTokens = 0, cost = 0, costKnown = true } = run;
  const rows: (readonly [string, string] | undefined)[] = [
    ["run", bold(run.id)],
    ["spell", `${run.name} (${run.file}, ${run.engine})`],
    ["started", formatTime(run.startedAt)],
    durationMs === undefined ? undefined : ["took", formatElapsed(durationMs)],
    ["status", statusText(run)],
    run.error ? ["error", `${run.error.code}: ${run.error.message}`] : undefined,
    outcome?.ok && outcome.value !== null ? ["result", shown(outcome.value)] : undefined,
    inputTokens + outputTokens > 0
      ? ["models", formatSpent({ inputTokens, outputTokens, cost, costKnown })]
      : undefined,
    run.parent === undefined ? undefined : ["part of", run.parent],
    isEmpty(header.params) ? undefined : ["params", shown(fromJson(header.params))],
    header.args.length > 0 ? ["args", shown([...header.args])] : undefined,
  ];
  return rows.filter((row) => row !== undefined).map(([label, text]) => `${label.padEnd(8)} ${printable(text)}`);
}

function statusText({ status }: RunSummary): string {
  return status === "crashed" ? "crashed: its process ended before it did" : status;
}

function isEmpty(params: unknown): boolean {
  return typeof params !== "object" || params === null || Object.keys(params).length === 0;
}

function effectLines(effects: readonly Effect[], open: string, depth = 0): string[] {
  return effects.flatMap((effect) => [
    effectLine(effect, open, depth),
    ...effectLines(effect.effects, open, depth + 1),
  ]);
}

/** `   2  llm.generate {messages: ...}  1.2 s  9 tokens in, 117 out, $0.0001`. */
function effectLine(effect: Effect, open: string, depth: number): string {
  const { dim, red } = colors(process.stdout);
  const { seq, method, about: name, calls = 1, startedAt, endedAt, args, text, logs, usage, error } = effect;
  const about = text
    ? JSON.stringify(text)
    : (logs?.map(({ message }) => message).join(" ") ?? args.map(shown).join(", "));
  const took =
    endedAt === undefined ? red(open) : calls > 1 || text !== undefined ? "" : formatElapsed(endedAt - startedAt);
  const parts = [
    `${dim(String(seq).padStart(4))}  ${"  ".repeat(depth)}${method}${name === undefined || args.includes(name) ? "" : ` ${printable(name)}`}${calls > 1 ? ` x ${calls}` : ""}`,
    dim(cut(printable(about))),
    took,
    usage ? spentText(usage) : "",
    error ? red(`${error.code}: ${cut(printable(error.message))}`) : "",
  ];
  return parts.filter((part) => part !== "").join("  ");
}

function shown(value: ScriptValue): string {
  return cut(inspect(value, { depth: 3, items: 10, width: 10_000 }));
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}...` : line;
}
