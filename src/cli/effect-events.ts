import type { CallFinished, CallStarted, RunEvent } from "../bridge/run-ports.ts";

/** A call that is no output: output and logs are calls too, and shown as what they are. */
export function isEffect(event: RunEvent): event is CallStarted | CallFinished {
  return isCall(event) && !/^(console|log)\./.test(event.method);
}

export function isCall(event: RunEvent): event is CallStarted | CallFinished {
  return event.type !== "event";
}
