import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { isPlainObject, type ScriptObject, type ScriptValue } from "../../values/script-value.ts";
import type { BuiltInHook, BuiltInPorts } from "../built-in-hook.ts";
import type { HookContext, HookFunction } from "../hook.ts";
import { AROUND, type HookedAction } from "../hook-points.ts";

export const loggingOptions = z.strictObject({ level: z.enum(["debug", "info"]).default("info") });
export const metricsOptions = z.strictObject({});
export const costOptions = z.strictObject({
  maxCost: z.number().positive().optional(),
  maxTokens: z.number().positive().optional(),
});

const ACTIONS = Object.keys(AROUND) as HookedAction[];
const VERBS: Record<HookedAction, string> = {
  generate: "model",
  toolCall: "tool",
  agentRun: "agent",
  workflow: "workflow",
  step: "step",
};

/** The same two functions around every action. */
function around(before: HookFunction, after: HookFunction, onError: HookFunction): BuiltInHook["functions"] {
  return {
    ...Object.fromEntries(
      ACTIONS.flatMap((action) => [
        [AROUND[action].before, before],
        [AROUND[action].after, after],
      ]),
    ),
    onError,
  };
}

/** Logs what begins, ends and fails, without contents. */
export function loggingHook({ level }: z.output<typeof loggingOptions>, ports: BuiltInPorts): BuiltInHook {
  const line = ({ action, subject }: HookContext) => `${VERBS[action]}${subject === "" ? "" : ` ${subject}`}`;
  const took = ({ metadata }: HookContext) =>
    typeof metadata.loggingStartedAt === "number" ? { duration: ports.now() - metadata.loggingStartedAt } : {};
  return {
    functions: around(
      (ctx) => {
        ports.log(level, `${line(ctx)} started`, {});
        return { metadata: { loggingStartedAt: ports.now() } };
      },
      (ctx) => {
        ports.log(level, `${line(ctx)} finished`, took(ctx));
        return null;
      },
      (ctx, _, error) => {
        ports.log("warn", `${line(ctx)} failed: ${LlmspellError.is(error) ? error.message : ""}`, took(ctx));
        return null;
      },
    ),
  };
}

interface Counts {
  calls: number;
  failures: number;
  duration: number;
}

/** Counts calls, failures and milliseconds by kind and subject; `hooks.list` tells. */
export function metricsHook(_: z.output<typeof metricsOptions>, ports: BuiltInPorts): BuiltInHook {
  const all = new Map<string, Counts>();
  const countsOf = ({ action, subject }: HookContext): Counts => {
    const key = `${VERBS[action]}:${subject}`;
    const known = all.get(key);
    if (known) return known;
    const made = { calls: 0, failures: 0, duration: 0 };
    if (all.size < 1_000) all.set(key, made);
    return made;
  };
  const ended = (ctx: HookContext) => {
    const counts = countsOf(ctx);
    counts.calls += 1;
    if (typeof ctx.metadata.metricsStartedAt === "number")
      counts.duration += ports.now() - ctx.metadata.metricsStartedAt;
    return counts;
  };
  return {
    functions: around(
      () => ({ metadata: { metricsStartedAt: ports.now() } }),
      (ctx) => {
        ended(ctx);
        return null;
      },
      (ctx) => {
        ended(ctx).failures += 1;
        return null;
      },
    ),
    info: () => Object.fromEntries([...all].map(([key, counts]) => [key, { ...counts }])),
  };
}

/** Adds up tokens and money of model calls, and refuses further ones above a limit. */
export function costHook({ maxCost, maxTokens }: z.output<typeof costOptions>): BuiltInHook {
  const total = { calls: 0, tokens: 0, cost: 0 };
  return {
    functions: {
      beforeGenerate() {
        if (maxCost !== undefined && total.cost >= maxCost) return { block: `$${maxCost} are spent` };
        if (maxTokens !== undefined && total.tokens >= maxTokens) return { block: `${maxTokens} tokens are used` };
        return null;
      },
      afterGenerate(_, __, response) {
        const { usage, cost } = fields(response);
        const tokens = fields(usage).totalTokens;
        total.calls += 1;
        total.tokens += typeof tokens === "number" ? tokens : 0;
        total.cost += typeof cost === "number" ? cost : 0;
        return null;
      },
    },
    info: () => ({ ...total }),
  };
}

function fields(value: ScriptValue): ScriptObject {
  return isPlainObject(value) ? value : {};
}
