import type { Callback } from "../bridge/schemas.ts";
import type { ScriptValue } from "../values/script-value.ts";

/** A function of ours where a method takes one of a script. The journal knows it as function 0. */
export function hostFunction<Args extends ScriptValue[]>(
  fn: (...args: Args) => ScriptValue | Promise<ScriptValue>,
): Callback {
  return Object.assign((...args: ScriptValue[]) => fn(...(args as Args)), {
    functionId: 0,
    retain: () => undefined,
    release: () => undefined,
  });
}
