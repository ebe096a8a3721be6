import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import type { HookFunction } from "./hook.ts";
import type { HookPoint } from "./hook-points.ts";

/** What built-in hooks need of the run. */
export interface BuiltInPorts {
  now(): number;
  /** Waits, journaled. */
  sleep(ms: number): Promise<void>;
  log(level: "debug" | "info" | "warn", message: string, fields: ScriptObject): void;
  /** The cache of the run's spell. */
  cached(key: string): ScriptValue | Promise<ScriptValue>;
  cache(key: string, value: ScriptValue, ttlMs: number | undefined): void | Promise<void>;
  hash(text: string): string;
  /** Personal data and secrets out of a text. */
  redact(text: string, kinds: readonly ("pii" | "secrets")[]): string;
}

/** Functions by point, with what they have to tell about themselves. */
export interface BuiltInHook {
  functions: Partial<Record<HookPoint, HookFunction>>;
  info?: () => ScriptObject;
}
