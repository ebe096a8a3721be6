import type { RunEvent } from "../bridge/run-ports.ts";

/** Output and logs are calls too, and shown as what they are. */
export function isEffect({ method }: RunEvent): boolean {
  return !/^(console|log)\./.test(method);
}
