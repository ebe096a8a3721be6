import { z } from "zod";
import { anyObject, anyValue, callback } from "../bridge/schemas.ts";
import { HOOK_POINTS, type HookPoint } from "../hooks/hook-points.ts";
import { workflowResult } from "../workflows/workflow-result.ts";
import { agentResultData } from "./agent-result-schemas.ts";
import { answer, contentPart, generation, message } from "./llm-schemas.ts";

const { system: _, tools: __, stop: ___, ...settings } = generation;

/** What a model is asked, as hooks see and change it. */
export const hookedRequest = z
  .looseObject({
    messages: z.array(message),
    ...settings,
    tools: z.array(anyObject).optional(),
    stop: z.array(z.string()).optional(),
    schema: anyObject.optional(),
    schemaName: z.string().optional(),
  })
  .meta({ title: "HookedRequest" });

const hookContext = z
  .object({
    runId: z.string(),
    point: z.string(),
    subject: z.string().describe("What it is about: a model, a tool, an agent, a workflow, a step."),
    action: z.string().describe("`generate`, `toolCall`, `agentRun`, `workflow` or `step`."),
    attempt: z.number().describe("From 1."),
    metadata: anyObject.describe(
      "What the hooks of this piece of work have left for each other, by answering `{metadata = {...}}`.",
    ),
  })
  .meta({ title: "HookContext" });

/** What an agent is given, where it is not a text. */
export const hookedMessages = z.array(z.union([z.string(), message, contentPart]));

const request = z.union([hookedRequest, anyValue]);
const agentInput = z.union([hookedMessages, anyValue]);
const output = z.union([answer, agentResultData, workflowResult, anyValue]);

function hookFunction(args: readonly [z.ZodType, ...z.ZodType[]], names: readonly string[]) {
  return callback([hookContext, ...args], anyValue, ["ctx", ...names]);
}

const before = (name: string, input = anyValue) => hookFunction([z.string(), input], [name, "input"]);
const afterwards = (name: string, given: z.ZodType = anyValue, input = anyValue) =>
  hookFunction([z.string(), input, given], [name, "input", "output"]);

const FUNCTIONS = {
  beforeGenerate: hookFunction([hookedRequest], ["request"]),
  afterGenerate: hookFunction([hookedRequest, answer], ["request", "response"]),
  beforeToolCall: before("toolName"),
  afterToolCall: afterwards("toolName"),
  beforeAgentRun: before("agentName", agentInput),
  afterAgentRun: afterwards("agentName", z.union([agentResultData, anyValue]), agentInput),
  beforeWorkflow: before("workflowName"),
  afterWorkflow: afterwards("workflowName", z.union([workflowResult, anyValue])),
  beforeStep: before("stepName"),
  afterStep: afterwards("stepName"),
  onStreamChunk: hookFunction([z.string()], ["text"]),
  onError: hookFunction([request, anyValue], ["input", "error"]),
  beforeRetry: hookFunction([request, anyValue], ["input", "error"]),
} satisfies Record<HookPoint, z.ZodType>;

/** Hooks by point. */
export const hookTable = z
  .strictObject(
    Object.fromEntries(
      Object.entries(FUNCTIONS).map(([point, fn]) => [point, fn.optional().describe(HOOK_POINTS[point as HookPoint])]),
    ) as { [P in HookPoint]: z.ZodOptional<(typeof FUNCTIONS)[P]> },
  )
  .meta({ title: "Hooks" });

/** One hook of any point: what it gets depends on the point. */
export const anyHook = callback(
  [hookContext, z.union([hookedRequest, anyValue]), z.union([hookedMessages, output]), output],
  anyValue,
  ["ctx", "subject", "input", "output"],
);

export const hookOptions = z.strictObject({
  name: z.string().min(1).max(100).optional().describe("Default hook-1, hook-2, ..."),
  priority: z.number().default(0).describe("Higher comes first; of the same, who was registered first."),
  deadlineMs: z.number().positive().max(3_600_000).default(5_000).describe("Longest wait for the hook."),
  onFailure: z
    .enum(["block", "continue"])
    .optional()
    .describe("When the hook itself fails. Default: block before the work, continue after it."),
});
export type HookOptions = z.output<typeof hookOptions>;

export const hookEntry = z
  .object({
    name: z.string(),
    point: z.string(),
    priority: z.number(),
    deadlineMs: z.number(),
    onFailure: z.string(),
    enabled: z.boolean(),
    state: z.enum(["on", "resting"]).describe("`resting`: switched off for a while after three failures in a row."),
    calls: z.number(),
    failures: z.number(),
    info: anyObject.optional().describe("What a built-in hook has counted."),
  })
  .meta({ title: "HookEntry" });
