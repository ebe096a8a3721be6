import { DEFAULT_HOST_LIMITS, type HostLimits } from "../bridge/run-ports.ts";
import { LlmspellError } from "../errors.ts";
import { DEFAULT_VALUE_LIMITS } from "../values/script-value.ts";

/** Hard limits of one run. */
export interface RunLimits extends HostLimits {
  /** Bytes of the VM's own memory. Default 64 MB. */
  memoryBytes: number;
  /** Milliseconds that the run may spend inside its VM, sync host calls included. Default 30,000. */
  cpuMs: number;
  /** Milliseconds from start to end, waiting included; 0 is no limit. Default 0: waiting for a model is no fault. */
  timeoutMs: number;
  /** Bytes of one value that crosses. Default 10 MB. */
  valueBytes: number;
}

export const DEFAULT_LIMITS: RunLimits = {
  ...DEFAULT_HOST_LIMITS,
  memoryBytes: 64 * 1024 * 1024,
  cpuMs: 30_000,
  timeoutMs: 0,
  valueBytes: DEFAULT_VALUE_LIMITS.bytes,
};

/** Smallest limits that leave a VM able to start. */
const LEAST: Partial<RunLimits> = { memoryBytes: 4 * 1024 * 1024, cpuMs: 1, valueBytes: 1024 };

/** Largest limits: what a timer can wait for, with room for what comes after it. */
const MOST: Partial<RunLimits> = { timeoutMs: 2 ** 31 - 10_000 };

/** Fills in defaults. Throws `config.invalid` for a limit that is no number, too small to run at all or more than can be held. */
export function resolveLimits(given: Partial<RunLimits> = {}): RunLimits {
  const limits = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(given) as (keyof RunLimits)[]) {
    const value = given[name];
    if (value === undefined) continue;
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      throw new LlmspellError("config.invalid", `there is no limit named ${name}`, {
        hint: `Limits: ${Object.keys(DEFAULT_LIMITS).join(", ")}.`,
      });
    }
    const least = LEAST[name] ?? 0;
    if (!Number.isFinite(value) || value < least) {
      throw new LlmspellError("config.invalid", `limits.${name} must be a number of at least ${least}, got ${value}`, {
        details: { name, value },
      });
    }
    const most = MOST[name] ?? Infinity;
    if (value > most) {
      throw new LlmspellError("config.invalid", `limits.${name} must be at most ${most}, got ${value}`, {
        details: { name, value },
        ...(name === "timeoutMs" ? { hint: "0 is no limit." } : {}),
      });
    }
    limits[name] = value;
  }
  return limits;
}
