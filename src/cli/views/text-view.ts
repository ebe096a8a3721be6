import type { CallFinished, RunEvent } from "../../bridge/run-ports.ts";
import type { RunStats } from "../../runtime/protocol.ts";
import { colors } from "../colors.ts";
import { isEffect } from "../effect-events.ts";
import { reportError } from "../failure.ts";
import { formatElapsed, formatSpent } from "../figures.ts";
import { createLogPrinter } from "../log-printer.ts";
import { formatResult } from "../result.ts";
import { startProgress } from "../terminal/progress.ts";
import type { RunView, ViewFlags } from "./run-view.ts";

/**
 * What a person reads: output and result on stdout; on stderr logs, errors and, where it is a terminal, what the run
 * waits for and what it cost.
 */
export function createTextView(flags: ViewFlags): RunView {
  const { stdout, stderr } = process;
  const progress = flags.quiet ? undefined : startProgress(stderr, process.env);
  const printLog = createLogPrinter(flags);
  const beside = (write: () => void, ending = "\n") => (progress ? progress.beside(write, ending) : write());
  const onEvent = (event: RunEvent) => {
    progress?.told(event);
    if (flags.verbose && event.type === "call.finished" && isEffect(event))
      beside(() => void stderr.write(callLine(event)));
  };
  return {
    listeners: {
      onOutput: (text) => beside(() => void stdout.write(text), stdout.isTTY ? text : ""),
      onLog: (event) => beside(() => printLog(event)),
      ...(progress || flags.verbose ? { onEvent } : {}),
    },
    // No progress while the cursor is not at the start of a line.
    asks: (open) => progress?.beside(() => undefined, open ? "?" : "\n"),
    begun: () => undefined,
    left: () => progress?.end(),
    ended(result, spell) {
      progress?.end();
      if (result.ok) stdout.write(formatResult(result.value));
      else reportError(result.error, spell);
      if (showsCost(flags, result.stats)) stderr.write(costLine(result.stats));
    },
  };
}

function showsCost({ quiet, verbose, cost }: ViewFlags, { inputTokens, outputTokens }: RunStats): boolean {
  if (quiet || inputTokens + outputTokens === 0) return false;
  return cost ?? verbose ?? process.stderr.isTTY === true;
}

function costLine(stats: RunStats): string {
  const { dim } = colors(process.stderr);
  return `${dim(`models: ${formatSpent(stats)}; ${formatElapsed(stats.durationMs)}`)}\n`;
}

/** `call: llm.generate, 1.2 s, 10 tokens in, ...`. */
function callLine({ method, durationMs, error, usage }: CallFinished): string {
  const { dim } = colors(process.stderr);
  const parts = [method, formatElapsed(durationMs)];
  if (usage) {
    const { inputTokens = 0, outputTokens = 0, cost } = usage;
    parts.push(formatSpent({ inputTokens, outputTokens, cost: cost ?? 0, costKnown: cost !== undefined }));
  }
  if (error !== undefined) parts.push(error);
  return `${dim(`call: ${parts.join(", ")}`)}\n`;
}
