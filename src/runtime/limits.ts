import { DEFAULT_HOST_LIMITS, type HostLimits } from "../bridge/run-ports.ts";
import { LlmspellError } from "../errors.ts";
import { DEFAULT_VALUE_LIMITS } from "../values/script-value.ts";
import { showDuration, showSize } from "../values/units.ts";

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
  /** Bytes of one stored state, versions included. Default 64 MB. */
  stateBytes: number;
}

export const DEFAULT_LIMITS: RunLimits = {
  ...DEFAULT_HOST_LIMITS,
  memoryBytes: 64 * 1024 * 1024,
  cpuMs: 30_000,
  timeoutMs: 0,
  valueBytes: DEFAULT_VALUE_LIMITS.bytes,
  stateBytes: 64 * 1024 * 1024,
};

/** Smallest limits that leave a VM able to start. */
const LEAST: Partial<RunLimits> = { memoryBytes: 4 * 1024 * 1024, cpuMs: 1, valueBytes: 1024 };

/** Largest limits: what a timer can wait for, with room for what comes after it. */
const MOST: Partial<RunLimits> = { timeoutMs: 2 ** 31 - 10_000 };

/** What no run may exceed, by limit. */
export type Ceilings = Partial<Record<keyof RunLimits, Ceiling>>;

export interface Ceiling {
  value: number;
  /** Where it is set, for errors. */
  setBy?: string;
}

/**
 * The limits of a run: `given` over `defaults`, which the ceilings lower silently. Throws `permission.denied` for a given
 * limit above its ceiling, `config.invalid` for one that makes no sense.
 */
export function limitsWithin(
  ceilings: Ceilings,
  defaults: Partial<RunLimits> = {},
  given: Partial<RunLimits> = {},
): RunLimits {
  const limits = resolveLimits({ ...defaults, ...given });
  for (const [name, { value: most, setBy }] of Object.entries(ceilings) as [keyof RunLimits, Ceiling][]) {
    // 0 is no deadline.
    const isAbove = limits[name] > most || (name === "timeoutMs" && limits[name] === 0);
    if (!isAbove) continue;
    if (given[name] === undefined) limits[name] = most;
    else throw aboveCeiling(name, given[name], { value: most, ...(setBy === undefined ? {} : { setBy }) });
  }
  return limits;
}

function aboveCeiling(name: keyof RunLimits, value: number, { value: most, setBy }: Ceiling): LlmspellError {
  const show = name.endsWith("Ms") ? showDuration : name.endsWith("Bytes") ? showSize : String;
  const where = setBy === undefined ? "" : ` (${setBy})`;
  return new LlmspellError(
    "permission.denied",
    `limits.${name} of ${show(value)} is above the ceiling of ${show(most)}${where}`,
    { details: { limit: name, value, ceiling: most }, hint: "Ask for less, or raise the ceiling where it is set." },
  );
}

/** Fills in defaults. Throws `config.invalid` for a limit that is no number, too small to run at all or more than can be held. */
function resolveLimits(given: Partial<RunLimits> = {}): RunLimits {
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
