import { LlmspellError } from "../../errors.ts";
import type { RunFilter, RunStatus, RunSummary } from "../../runs/run-store.ts";
import { formatElapsed, formatMoney, formatTime } from "../figures.ts";
import { openJournal } from "../open-journal.ts";
import { printable } from "../printable.ts";
import type { ConfigFlags } from "../settings.ts";
import { formatTable } from "../table.ts";
import { jsonText } from "../result.ts";

interface ListFlags extends ConfigFlags {
  status?: RunStatus;
  spell?: string;
  since?: string;
  limit: string;
  json?: boolean;
}

/** `llmspell runs list`. */
export async function runsListCommand(flags: ListFlags): Promise<void> {
  const filter = filterOf(flags, Date.now());
  using store = await openJournal(flags);
  const runs = store?.list(filter) ?? [];
  if (flags.json) {
    process.stdout.write(jsonText(runs));
    return;
  }
  if (runs.length > 0)
    process.stdout.write(
      await formatTable(["run", "spell", "status", "started", "took", "tokens", "cost"], runs.map(row)),
    );
  else process.stderr.write(Object.keys(filter).length > 1 ? "No run is like that.\n" : "There are no runs.\n");
}

function row({ id, name, status, error, startedAt, ...spent }: RunSummary): string[] {
  const { durationMs, inputTokens = 0, outputTokens = 0, cost = 0, costKnown = true } = spent;
  const tokens = inputTokens + outputTokens;
  return [
    id,
    printable(name),
    status === "failed" && error ? error.code : status,
    formatTime(startedAt),
    durationMs === undefined ? "" : formatElapsed(durationMs),
    tokens === 0 ? "" : String(tokens),
    tokens === 0 ? "" : costKnown ? formatMoney(cost) : "unknown",
  ];
}

function filterOf({ status, spell, since, limit }: ListFlags, now: number): RunFilter {
  const most = Number(limit);
  if (!Number.isInteger(most) || most < 0)
    throw new LlmspellError("usage.invalid", `--limit wants a whole number, got "${limit}"`);
  return {
    ...(status === undefined ? {} : { status }),
    ...(spell === undefined ? {} : { name: spell }),
    ...(since === undefined ? {} : { since: readSince(since, now) }),
    limit: most === 0 ? -1 : most,
  };
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function readSince(text: string, now: number): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([smhdw])$/i.exec(text.trim()) ?? [];
  if (amount !== undefined && unit !== undefined) return now - Number(amount) * (UNITS[unit.toLowerCase()] as number);
  const at = /^\d{4}-\d\d/.test(text.trim()) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new LlmspellError(
    "usage.invalid",
    `--since wants a date and time, or how long ago (90m, 12h, 7d), got "${text}"`,
  );
}
