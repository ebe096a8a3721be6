import { createJsonView } from "./json-view.ts";
import { createLinesView } from "./lines-view.ts";
import type { RunView, ViewFlags } from "./run-view.ts";
import { createTextView } from "./text-view.ts";

export function createRunView(flags: ViewFlags): RunView {
  if (flags.jsonl) return createLinesView(flags);
  return flags.json ? createJsonView(flags) : createTextView(flags);
}
