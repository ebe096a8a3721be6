import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { anyObject, anyValue, type Callback, callback, handle } from "../bridge/schemas.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import { parameterNames } from "../tools/check-arguments.ts";
import { Handle, isPlainObject, type ScriptObject, type ScriptValue, TextValue } from "../values/script-value.ts";
import { type RunTool, type ToolCall, toolsOf } from "./run-tools.ts";
import { describeTool, toolMetadata } from "./script-tool.ts";

const DEFAULT_CONCURRENCY = 8;

export const toolOrName = z.union([z.string().min(1), handle<RunTool>("tool")]);

export const nameOfTool = ({ tool }: { tool: z.output<typeof toolOrName> }): string =>
  typeof tool === "string" ? tool : tool.state.name;

/** A tool with arguments of its own. */
const settled = z
  .strictObject({
    tool: toolOrName,
    args: anyObject.optional().describe("Arguments that it always gets; they go before those from elsewhere."),
  })
  .meta({ title: "ToolStep" });

/** Steps one after the other: tools, and functions that make something of the value between them. */
export const pipelineSteps = z
  .array(z.union([toolOrName, settled, callback([anyValue], anyValue, ["value"])]))
  .min(1)
  .max(100);
export const parallelSteps = z
  .array(z.union([toolOrName, settled]))
  .min(1)
  .max(100);

export const chainOptions = z.strictObject({ name: z.string().optional(), ...toolMetadata }).optional();
export const parallelOptions = z
  .strictObject({
    name: z.string().optional(),
    ...toolMetadata,
    concurrency: z.int().min(1).max(100).optional().describe("Tools that run at once. Default 8."),
    onError: z
      .enum(["fail", "collect"])
      .optional()
      .describe(
        "`fail` (default) fails as soon as one fails; `collect` answers `{ok, value}` or `{ok, error}` for each.",
      ),
  })
  .optional();

type PipelineStep = z.output<typeof pipelineSteps>[number];
type ParallelStep = z.output<typeof parallelSteps>[number];

/** A tool that hands what each step answers on to the next. Functions among the steps are kept until it is disposed of. */
export function newPipeline(
  name: string,
  steps: readonly PipelineStep[],
  options: z.output<typeof chainOptions>,
  ctx: CallContext,
): RunTool {
  const functions = steps.filter((step) => typeof step === "function") as Callback[];
  const tools = toolSteps(steps, ctx);
  const [first] = steps;
  const described = describeTool(name, "composed", { ...fromParts(tools), ...options });
  const own = typeof first === "function" || options?.parameters ? {} : openOf(first as ParallelStep, ctx);
  for (const fn of functions) fn.retain();
  return {
    ...described,
    ...own,
    async run(args, call) {
      let value: ScriptValue = args;
      for (const step of steps) {
        call.signal?.throwIfAborted();
        if (typeof step === "function") {
          const given: ScriptValue = value;
          value = await call.ctx.runKept(() => (step as Callback)(given));
        } else value = await runStep(step, value, call);
      }
      return value;
    },
    dispose: () => functions.forEach((fn) => fn.release()),
  };
}

/** A tool that gives the same arguments to several and answers a list of what they answer, in their order. */
export function newParallel(
  name: string,
  steps: readonly ParallelStep[],
  { concurrency = DEFAULT_CONCURRENCY, onError = "fail", ...options }: NonNullable<z.output<typeof parallelOptions>>,
  ctx: CallContext,
): RunTool {
  const tools = toolSteps(steps, ctx);
  return {
    ...describeTool(name, "composed", { ...fromParts(tools), ...options }),
    ...(options.parameters ? {} : mergedOf(steps, ctx)),
    async run(args, call) {
      const results: ScriptValue[] = [];
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < steps.length) {
          const index = next++;
          const running = runStep(steps[index] as ParallelStep, args, call);
          results[index] = onError === "collect" ? await outcomeOf(running) : await running;
        }
      };
      await Promise.all(Array.from({ length: Math.min(concurrency, steps.length) }, work));
      return results;
    },
  };
}

async function outcomeOf(running: Promise<ScriptValue>): Promise<ScriptValue> {
  try {
    return { ok: true, value: await running };
  } catch (thrown) {
    const error = toLlmspellError(thrown, "tool.failed");
    if (error.final) throw error;
    return { ok: false, error: { code: error.code, message: error.message } };
  }
}

async function runStep(
  step: ParallelStep,
  value: ScriptValue,
  { ctx, agent, depth, signal }: ToolCall,
): Promise<ScriptValue> {
  const { tool, args } = partsOf(step);
  const given = nextArguments(resolve(tool, ctx), value, args);
  const options = { depth: depth + 1, ...(agent === undefined ? {} : { agent }) };
  return ctx.call("tools", "perform", [tool, given, options], { signal });
}

/**
 * Arguments of a tool from a value: of an object the members that are its parameters; where none is, and of anything else,
 * the first parameter that is not fixed.
 */
function nextArguments(tool: RunTool, value: ScriptValue, fixed: ScriptObject): ScriptObject {
  const names = parameterNames(tool.parameters);
  const open = names.filter((name) => !Object.hasOwn(fixed, name));
  const first = tool.positional.find((name) => open.includes(name)) ?? (open.length === 1 ? open[0] : undefined);
  const plain = value instanceof TextValue ? value.text : value;
  if (isPlainObject(plain)) {
    if (names.length === 0) return { ...plain, ...fixed };
    const members = Object.entries(plain).filter(([name]) => names.includes(name));
    if (members.length > 0 || Object.keys(plain).length === 0) return { ...Object.fromEntries(members), ...fixed };
  }
  if (plain === null || plain === undefined || (names.length > 0 && open.length === 0)) return { ...fixed };
  if (first !== undefined) return { [first]: plain, ...fixed };
  throw new LlmspellError(
    "tool.invalid_arguments",
    `the tool "${tool.name}" has no first argument to give the value to`,
    {
      details: { tool: tool.name },
      hint: "Give it an order of arguments (positional), or put a function before it that answers an object.",
    },
  );
}

function partsOf(step: ParallelStep): { tool: string | Handle<RunTool>; args: ScriptObject } {
  if (typeof step === "string" || step instanceof Handle) return { tool: step, args: {} };
  return { tool: step.tool, args: step.args ?? {} };
}

function resolve(tool: string | Handle<RunTool>, ctx: CallContext): RunTool {
  return typeof tool === "string" ? toolsOf(ctx).get(tool) : tool.state;
}

/** Throws `tool.unknown` for a name that no tool has now. */
function toolSteps(steps: readonly PipelineStep[], ctx: CallContext): RunTool[] {
  return steps.flatMap((step) =>
    typeof step === "function" ? [] : [resolve(partsOf(step as ParallelStep).tool, ctx)],
  );
}

/** Each part asks for confirmation by itself. */
function fromParts(tools: readonly RunTool[]) {
  return {
    description: tools.map(({ name, description }) => `${name}: ${description}`).join("\n"),
    permissions: [...new Set(tools.flatMap(({ permissions }) => permissions))],
    readOnly: tools.every(({ readOnly }) => readOnly),
    idempotent: tools.every(({ idempotent }) => idempotent),
    deterministic: tools.every(({ deterministic }) => deterministic),
  };
}

type Taken = Pick<RunTool, "parameters" | "positional">;

/** What a step leaves open. */
function openOf(step: ParallelStep, ctx: CallContext): Taken {
  const { tool, args } = partsOf(step);
  const { parameters, positional } = resolve(tool, ctx);
  if (!isPlainObject(parameters.properties)) return { parameters, positional };
  const open = (name: string) => !Object.hasOwn(args, name);
  const properties = Object.fromEntries(Object.entries(parameters.properties).filter(([name]) => open(name)));
  const required = ((parameters.required ?? []) as string[]).filter(open);
  return { parameters: { ...parameters, properties, required }, positional: positional.filter(open) };
}

/** What any of the steps takes. Only what all agree on has a position. */
function mergedOf(steps: readonly ParallelStep[], ctx: CallContext): Taken {
  const open = steps.map((step) => openOf(step, ctx));
  const schemas = open.map(({ parameters }) => parameters);
  const properties = Object.assign({}, ...schemas.map((schema) => schema.properties ?? {})) as ScriptObject;
  const required = [...new Set(schemas.flatMap((schema) => (schema.required ?? []) as string[]))];
  const [first = []] = open.map(({ positional }) => positional);
  const ends = first.findIndex((name, index) => open.some(({ positional }) => positional[index] !== name));
  return { parameters: { type: "object", properties, required }, positional: ends < 0 ? first : first.slice(0, ends) };
}
