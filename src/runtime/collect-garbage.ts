import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Collects this thread's garbage now, where the engine allows it. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("globalThis.gc") as (() => void) | undefined;
  setFlagsFromString("--no-expose-gc");
  collect?.();
}
