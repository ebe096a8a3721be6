import { isEffect } from "../effect-events.ts";
import { isShown } from "../log-printer.ts";
import { jsonLine, outcomeAsJson } from "../result.ts";
import type { RunView, ViewFlags } from "./run-view.ts";

/**
 * `--jsonl`: one JSON object a line on stdout, as it happens. Each has `type`, `runId` and `at` (milliseconds since the
 * epoch). `docs/cli.md` has the types.
 */
export function createLinesView(flags: ViewFlags): RunView {
  let id = "";
  const write = (line: { type: string; runId?: string; at?: number; [field: string]: unknown }) => {
    const { type, runId = id, at = Date.now(), ...rest } = line;
    process.stdout.write(jsonLine({ type, runId, at, ...rest }));
  };
  return {
    listeners: {
      onOutput: (text) => write({ type: "output", text }),
      onLog: (event) => void (isShown(event.level, flags) && write({ type: "log", ...event })),
      onEvent(event) {
        // This view has lines of its own for them.
        if (event.type === "event" && (event.name === "run.started" || event.name === "run.finished")) return;
        if (event.type === "event") write({ ...event, at: event.time as number });
        else if (isEffect(event)) write({ ...event });
      },
    },
    begun(runId, { file, engine }) {
      id = runId;
      write({ type: "run.started", file, engine });
    },
    ended: (result) =>
      write({
        type: result.ok ? "result" : "error",
        runId: result.runId,
        ...outcomeAsJson(result),
        stats: result.stats,
        ...(result.telemetry ? { telemetry: result.telemetry } : {}),
      }),
  };
}
