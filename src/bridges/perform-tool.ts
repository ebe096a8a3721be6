import type { CallContext } from "../bridge/call-context.ts";
import { Stop } from "../bridge/stop.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import { invalidArguments } from "../tools/check-arguments.ts";
import {
  type Handle,
  isPlainObject,
  ScriptFunction,
  type ScriptObject,
  type ScriptValue,
} from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import { emitEvent } from "./run-events.ts";
import { hooked } from "./run-hooks.ts";
import { type RunTool, type ToolCall, toolsOf } from "./run-tools.ts";
import { withTimeLimit } from "./time-limit.ts";
import { MAX_RESULT_BYTES, resultTooLarge } from "./tool-host.ts";

/** Most tools made of tools that run one another. */
const MAX_DEPTH = 32;

export interface PerformOptions {
  /** Name of the agent whose model asks for it: a person confirms what requires it. */
  agent?: string | undefined;
  /** A person has allowed it already. */
  approved?: boolean | undefined;
  depth?: number | undefined;
}

/**
 * Runs a tool: checks and converts its arguments, asks for confirmation, runs it within its time between the run's hooks,
 * tells the run's events, counts it. `given` is what the script passed, by name or one after the other.
 */
export async function performTool(
  wanted: string | Handle<RunTool>,
  given: readonly ScriptValue[],
  options: PerformOptions,
  ctx: CallContext,
): Promise<ScriptValue> {
  const { usage } = toolsOf(ctx);
  const tool = typeof wanted === "string" ? toolsOf(ctx).get(wanted) : wanted.state;
  const { agent } = options;
  const about = { toolName: tool.name, ...(agent === undefined ? {} : { agentName: agent }) };
  const startedAt = ctx.now();
  const record = { tool: tool.name, startedAt, ...(agent === undefined ? {} : { agent }) };
  emitEvent(ctx, "tool.started", about);
  try {
    const value = await confirmAndRun(tool, given, options, ctx);
    const duration = ctx.now() - startedAt;
    usage.add({ ...record, durationMs: duration, success: true });
    emitEvent(ctx, "tool.executed", { ...about, duration, success: true });
    return value;
  } catch (thrown) {
    const error = failureOf(tool, thrown);
    const { code, message } = error;
    const duration = ctx.now() - startedAt;
    usage.add({ ...record, durationMs: duration, success: false, error: code });
    emitEvent(ctx, "tool.failed", { ...about, duration, success: false, error: { code, message } });
    throw error;
  }
}

async function confirmAndRun(
  tool: RunTool,
  given: readonly ScriptValue[],
  { agent, approved, depth = 0 }: PerformOptions,
  ctx: CallContext,
): Promise<ScriptValue> {
  if (depth > MAX_DEPTH) {
    throw new LlmspellError("limit.recursion", `more than ${MAX_DEPTH} tools made of tools run one another`);
  }
  const first = fitting(tool, toolsOf(ctx).argumentsOf(tool).byName(tool, given), ctx);
  // Hooks and guardrails may change the arguments: a person is asked about those that the tool gets, once.
  let confirmed: ScriptObject | undefined;
  return hooked(ctx, "toolCall", { subject: tool.name, input: first }, async (input) => {
    const args = input === first ? first : fitting(tool, input, ctx);
    if (agent !== undefined && tool.requiresConfirmation && approved !== true && confirmed !== input)
      await confirm(tool, args, agent, ctx);
    confirmed = input;
    return checkResult(tool, await runInTime(tool, args, { ctx, agent, depth }));
  });
}

/** Throws `tool.invalid_arguments`. */
function fitting(tool: RunTool, given: ScriptObject, ctx: CallContext): ScriptObject {
  const { value, problems } = toolsOf(ctx).argumentsOf(tool).check(given);
  if (problems.length > 0) throw invalidArguments(tool.name, problems);
  return value;
}

/** Asks a person whether an agent's call of a tool may run. Throws `approval.unavailable` where there is nobody to ask. */
export async function isAllowed(
  agent: string,
  tool: { name: string; description?: string },
  args: ScriptObject,
  ctx: CallContext,
): Promise<boolean> {
  const { name, description } = tool;
  const question = {
    title: `The agent "${agent}" wants to run the tool "${name}".`.slice(0, 2000),
    details: { tool: name, ...(description ? { description } : {}), arguments: args },
  };
  const { approved } = (await ctx.call("approval", "request", [question])) as { approved: boolean };
  return approved;
}

/** Throws `approval.denied`, and `approval.unavailable` where there is nobody to ask. */
async function confirm(tool: RunTool, args: ScriptObject, agent: string, ctx: CallContext): Promise<void> {
  if (await isAllowed(agent, tool, args, ctx)) return;
  throw new LlmspellError("approval.denied", `the tool "${tool.name}" was not allowed to run`, {
    details: { tool: tool.name },
  });
}

/** Throws `tool.timeout`. Built-in tools with effects bound themselves, inside of their effect. */
function runInTime(tool: RunTool, args: ScriptObject, call: ToolCall): ScriptValue | Promise<ScriptValue> {
  const ms = tool.timeoutMs;
  if (tool.source === "builtin" || ms === undefined) return tool.run(args, call);
  const late = () =>
    new LlmspellError("tool.timeout", `the tool "${tool.name}" took longer than ${ms} ms`, {
      details: { tool: tool.name, timeoutMs: ms },
      hint: "Give it more time with timeoutMs.",
    });
  if (tool.source !== "script")
    return withTimeLimit(call.ctx, ms, late, async (signal) => tool.run(args, { ...call, signal }));
  // Most functions answer at once: no clock needs to run for them.
  const stop = new Stop();
  const running = tool.run(args, { ...call, stop });
  if (!(running instanceof Promise)) return running;
  return withTimeLimit(call.ctx, ms, late, (signal) => {
    signal.addEventListener("abort", () => stop.abort(signal.reason as Error));
    return running;
  });
}

function checkResult(tool: RunTool, value: ScriptValue): ScriptValue {
  if (sizeOf(value) > MAX_RESULT_BYTES) throw resultTooLarge(tool.name);
  if (!holdsFunction(value)) return value;
  throw new LlmspellError("tool.failed", `the tool "${tool.name}" answered a function; its result is data`, {
    details: { tool: tool.name },
  });
}

function holdsFunction(value: ScriptValue): boolean {
  if (value instanceof ScriptFunction || typeof value === "function") return true;
  if (Array.isArray(value)) return value.some(holdsFunction);
  return isPlainObject(value) && Object.values(value).some(holdsFunction);
}

/** Errors of the tool's own stay; one without a code says whose it is. */
function failureOf(tool: RunTool, thrown: unknown): LlmspellError {
  const error = toLlmspellError(thrown, "tool.failed");
  const { code, message } = error;
  if (tool.source !== "builtin" && code === "value.too_large" && isOfCrossing(error))
    return resultTooLarge(tool.name, error);
  if (code !== "script.error" && code !== "bridge.failed" && thrown === error) return error;
  return new LlmspellError("tool.failed", `the tool "${tool.name}" failed: ${message}`, {
    cause: error,
    details: { tool: tool.name },
  });
}

/** Raised where a value crosses from the script, which names its limit alone: no file, no host. */
function isOfCrossing({ details = {} }: LlmspellError): boolean {
  return "limit" in details && Object.keys(details).every((name) => name === "limit" || name === "setting");
}
