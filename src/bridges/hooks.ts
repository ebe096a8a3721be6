import { createHash } from "node:crypto";
import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { anyObject, type Callback } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { redactText } from "../guardrails/redact-text.ts";
import type { BuiltInHook, BuiltInPorts } from "../hooks/built-in-hook.ts";
import {
  costHook,
  costOptions,
  loggingHook,
  loggingOptions,
  metricsHook,
  metricsOptions,
} from "../hooks/built-in/observing-hooks.ts";
import {
  cacheHook,
  cacheOptions,
  rateLimitHook,
  rateLimitOptions,
  redactHook,
  redactOptions,
  retryHook,
  retryOptions,
} from "../hooks/built-in/steering-hooks.ts";
import { HOOK_POINTS, type HookPoint } from "../hooks/hook-points.ts";
import type { ScriptObject } from "../values/script-value.ts";
import { anyHook, hookEntry, hookOptions, hookTable } from "./hooks-schemas.ts";
import { givenOptions } from "./given-options.ts";
import { startTimer } from "./event-handlers.ts";
import { hooksOf } from "./run-hooks.ts";
import { scriptHook, settingsOf } from "./script-hooks.ts";

const onRun = { effect: "local", sync: true } as const;
const pointName = z.enum(Object.keys(HOOK_POINTS) as [HookPoint, ...HookPoint[]]);
const name = z.string().describe("The name that `register` or `use` answered.");

const BUILT_IN = {
  logging: { options: loggingOptions, make: loggingHook },
  metrics: { options: metricsOptions, make: metricsHook },
  cost: { options: costOptions, make: costHook },
  cache: { options: cacheOptions, make: cacheHook },
  rateLimit: { options: rateLimitOptions, make: rateLimitHook },
  retry: { options: retryOptions, make: retryHook },
  redact: { options: redactOptions, make: redactHook },
} as const;
const builtInName = z.enum(Object.keys(BUILT_IN) as [keyof typeof BUILT_IN, ...(keyof typeof BUILT_IN)[]]);

function newName(ctx: CallContext, wanted: string | undefined): string {
  const registry = hooksOf(ctx);
  if (wanted === undefined) return registry.freeName();
  if (!registry.has(wanted)) return wanted;
  throw new LlmspellError("input.invalid", `there is a hook "${wanted}" already`, {
    hint: "Choose another name, or hooks.unregister it first.",
  });
}

function portsOf(ctx: CallContext): BuiltInPorts {
  return {
    now: () => ctx.now(),
    sleep: async (ms) => void (await startTimer(ctx, ms).over),
    log: (level, message, fields) => ctx.log({ level, message, ...(Object.keys(fields).length > 0 ? { fields } : {}) }),
    cached: (key) => ctx.call("cache", "get", [key]),
    cache: async (key, value, ttlMs) =>
      void (await ctx.call("cache", "set", ttlMs === undefined ? [key, value] : [key, value, ttlMs])),
    hash: (text) => createHash("sha256").update(text).digest("hex"),
    redact: redactText,
  };
}

/** A rate limit waits as long as it takes. */
const ofAnyHook = { ...hookOptions.shape, deadlineMs: hookOptions.shape.deadlineMs.removeDefault().default(3_600_000) };

/** What is registered, and with which settings of any hook. */
function makeBuiltIn(builtIn: keyof typeof BUILT_IN, given: ScriptObject | undefined, ctx: CallContext) {
  const { options, make } = BUILT_IN[builtIn];
  const {
    name: wanted,
    priority,
    deadlineMs,
    onFailure,
    ...own
  } = givenOptions(`hooks.use("${builtIn}")`, z.strictObject({ ...options.shape, ...ofAnyHook }), given);
  const made: BuiltInHook = make(own as never, portsOf(ctx));
  return { made, wanted, settings: { priority, deadlineMs, onFailure } };
}

function known(found: boolean, wanted: string): null {
  if (found) return null;
  throw new LlmspellError("input.invalid", `there is no hook "${wanted}"`, { hint: "hooks.list() tells their names." });
}

/** `hooks`: functions before and after what models, tools, agents and workflows do. */
export const hooksBridge = defineBridge({
  name: "hooks",
  summary:
    "Functions before and after what models, tools, agents and workflows do: they may change it, stop it, answer in its place, or have it done again.",
  methods: {
    register: method({
      summary:
        "Registers functions: a table of them by point, or a point and a function. What a function answers takes the place of what it was given; nil leaves it; `{block = reason}` or an error stops the work, `{replace = value}` answers in its place, `{retry = true, delayMs = n}` has it done again, `{value = v, metadata = {...}}` leaves something for later hooks. Answers the name.",
      input: {
        hooks: z.union([pointName, hookTable]),
        fn: z.union([anyHook, hookOptions]).optional(),
        options: hookOptions.optional(),
      },
      output: z.string(),
      signatures: [
        { input: { hooks: hookTable, options: hookOptions.optional() }, output: z.string() },
        { input: { point: pointName, fn: anyHook, options: hookOptions.optional() }, output: z.string() },
      ],
      ...onRun,
      run({ hooks: given, fn, options }, ctx) {
        const settings = hookOptions.parse(options ?? (typeof fn === "function" ? {} : (fn ?? {})));
        const table = (typeof given === "string" ? { [given]: fn } : given) as Partial<Record<HookPoint, Callback>>;
        const functions = Object.entries(table).filter(([, each]) => each !== undefined) as [HookPoint, Callback][];
        if (functions.length === 0 || functions.some(([, each]) => typeof each !== "function")) {
          throw new LlmspellError("input.invalid", "hooks.register: the function is missing", {
            hint: 'Use hooks.register({beforeGenerate = fn}) or hooks.register("beforeGenerate", fn).',
          });
        }
        const registered = newName(ctx, settings.name);
        hooksOf(ctx).add(
          functions.map(([point, each]) => {
            each.retain();
            return {
              ...settingsOf(point, scriptHook(each, point), registered, settings),
              release: () => each.release(),
            };
          }),
        );
        return registered;
      },
    }),
    use: method({
      summary:
        "Registers a built-in hook: logging {level}, metrics, cost {maxCost, maxTokens}, cache {ttlMs}, rateLimit {max, windowMs, wait}, retry {max, delayMs, maxDelayMs, any}, redact {kinds, output}. Options of `register` may stand among them. Answers its name.",
      input: { builtIn: builtInName, options: anyObject.optional() },
      output: z.string(),
      ...onRun,
      run({ builtIn, options }, ctx) {
        const { made, wanted, settings } = makeBuiltIn(builtIn, options, ctx);
        const registered = newName(ctx, wanted ?? (hooksOf(ctx).has(builtIn) ? undefined : builtIn));
        hooksOf(ctx).add(
          Object.entries(made.functions).map(([point, run]) => ({
            ...settingsOf(point as HookPoint, run, registered, settings),
            info: made.info,
          })),
        );
        return registered;
      },
    }),
    list: method({
      summary: "The hooks, in the order of registration.",
      input: { point: pointName.optional() },
      output: z.array(hookEntry),
      ...onRun,
      run: ({ point }, ctx) =>
        hooksOf(ctx)
          .all()
          .filter(({ settings }) => point === undefined || settings.point === point)
          .map(({ settings: { run: _, release: __, info, ...settings }, enabled, calls, failures, breaker }) => ({
            ...settings,
            enabled,
            state: breaker.isOpen ? ("resting" as const) : ("on" as const),
            calls,
            failures,
            ...(info ? { info: info() } : {}),
          })),
    }),
    enable: method({
      summary: "Switches hooks on again, those that are resting too.",
      input: { name },
      output: z.null(),
      ...onRun,
      run: ({ name: wanted }, ctx) => known(hooksOf(ctx).switch(wanted, true), wanted),
    }),
    disable: method({
      summary: "Switches hooks off.",
      input: { name },
      output: z.null(),
      ...onRun,
      run: ({ name: wanted }, ctx) => known(hooksOf(ctx).switch(wanted, false), wanted),
    }),
    unregister: method({
      summary: "Removes hooks.",
      input: { name },
      output: z.null(),
      ...onRun,
      run: ({ name: wanted }, ctx) => known(hooksOf(ctx).remove(wanted), wanted),
    }),
  },
});
