import { createLogPrinter } from "../log-printer.ts";
import { jsonLine, resultAsJson } from "../result.ts";
import type { RunView, ViewFlags } from "./run-view.ts";

/** `--json`: one object on stdout, at the end. Logs go to stderr as always. */
export function createJsonView(flags: ViewFlags): RunView {
  return {
    listeners: { onLog: createLogPrinter(flags) },
    begun: () => undefined,
    ended: (result) => void process.stdout.write(jsonLine(resultAsJson(result))),
  };
}
