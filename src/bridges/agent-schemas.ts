import { z } from "zod";
import { anyObject, anyValue, callback, handle } from "../bridge/schemas.ts";
import { agentHandoff, agentStep, performedCall } from "./agent-result-schemas.ts";
import { guardrailInput } from "./make-guardrail.ts";
import { hookTable } from "./hooks-schemas.ts";
import { content, generation, message } from "./llm-schemas.ts";
import type { RunTool } from "./run-tools.ts";
import { toolDefinition } from "./script-tool.ts";

const toolCall = z
  .object({ id: z.string(), name: z.string(), arguments: anyObject, providerData: anyObject.optional() })
  .meta({ title: "ToolCall" });

/** Something that happens in a run of an agent. */
export const agentEvent = z
  .object({
    type: z.enum([
      "started",
      "text",
      "reasoning",
      "toolCall",
      "toolResult",
      "step",
      "handoff",
      "retry",
      "finished",
      "failed",
    ]),
    agent: z.string(),
    text: z.string().optional(),
    toolCall: toolCall.optional(),
    toolResult: performedCall.optional(),
    step: agentStep.optional(),
    handoff: agentHandoff.optional(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
  })
  .meta({ title: "AgentEvent" });
export type AgentEvent = z.output<typeof agentEvent>;

/** Gets each piece of text as it comes (empty for other events), and the event. */
export const onAgentChunk = callback([z.string(), agentEvent], anyValue, ["text", "event"]);
export const onAgentEvent = callback([agentEvent], anyValue, ["event"]);

/** An agent by its id, its name, or itself. */
export const agentRef = z.union([z.string().min(1), handle("agent")]);
const otherAgent = z.union([
  agentRef,
  z.strictObject({
    agent: agentRef,
    name: z.string().min(1).optional().describe("What the model calls it."),
    description: z.string().optional().describe("When to use it."),
  }),
]);
export type OtherAgent = z.output<typeof otherAgent>;

/** A tool by its name, itself, an agent, or a definition. */
export const agentTool = z.union([z.string().min(1), handle<RunTool>("tool"), handle("agent"), toolDefinition]);
export type AgentToolInput = z.output<typeof agentTool>;

const names = z.array(z.string());
const whole = z.int().min(1);
const stopWhen = z.union([
  z.string(),
  names,
  z.strictObject({ tool: z.union([z.string(), names]).optional(), text: z.union([z.string(), names]).optional() }),
  callback([agentStep], anyValue, ["step"]),
]);

/** Bounds and demands that a single run may set otherwise. */
const runSettings = {
  maxSteps: whole.max(1000).optional().describe("Answers that may call tools. Default 10."),
  maxHandoffs: z.int().min(0).max(100).optional().describe("Default 5."),
  budget: z
    .strictObject({ tokens: whole.optional(), cost: z.number().positive().optional().describe("US dollars.") })
    .optional()
    .describe("Of one run, sub-agents included."),
  timeoutMs: z.number().positive().optional().describe("Of one run as a whole."),
  stopWhen: stopWhen
    .optional()
    .describe("Names of tools or texts that end a run, or a function that is asked after each step."),
  requireApproval: z
    .union([z.boolean(), z.literal("destructive"), names, callback([toolCall], anyValue, ["toolCall"])])
    .optional()
    .describe(
      "A person is asked before tools run: all, those named, `destructive` ones, or where a function says so. Default: before those that require confirmation; false: never.",
    ),
  output: anyObject.optional().describe("JSON Schema (or short form) of the answer, which becomes `result.object`."),
  outputRepairs: z.int().min(0).max(10).optional().describe("Rounds in which the model corrects its value. Default 2."),
  repairs: z.int().min(0).max(100).optional().describe("Steps in a row in which all calls may be wrong. Default 3."),
};

const { tools: _tools, timeoutMs: _timeout, ...modelSettings } = generation;

const memory = z.union([
  z.boolean(),
  z.strictObject({
    maxMessages: whole.optional().describe("Most messages that the model gets."),
    maxTokens: whole.optional().describe("Most tokens of them, as counted here."),
    summarize: z
      .union([z.boolean(), z.strictObject({ model: z.string().optional(), instructions: z.string().optional() })])
      .optional()
      .describe("The model sums up what no longer fits."),
  }),
]);

export const agentConfig = z
  .strictObject({
    ...modelSettings,
    ...runSettings,
    id: z.string().min(1).max(100).optional().describe("Default: made from the name."),
    name: z.string().min(1).max(100).optional(),
    description: z.string().optional().describe("What it is good at: other agents choose by this."),
    systemPrompt: z.string().optional().describe("The same as `system`."),
    tools: z.array(agentTool).optional(),
    subAgents: z.array(otherAgent).optional().describe("Agents that it can give tasks to: tools of their name."),
    handoffs: z.array(otherAgent).optional().describe("Agents that can take over: tools `transfer_to_<name>`."),
    memory: memory.optional().describe("How much of the conversation the model gets; false: runs remember nothing."),
    messages: z.array(message).optional().describe("What was said before."),
    hooks: hookTable.optional().describe("Hooks around what this agent does; see `hooks.register`."),
    guardrails: z
      .array(guardrailInput)
      .max(100)
      .optional()
      .describe(
        "What this agent asks models and tools, and is answered, passes them besides the run's; see `guardrails.add`.",
      ),
    maxToolResult: whole.optional().describe("Characters of a tool's result that the model gets. Default 50,000."),
    metadata: anyObject.optional(),
  })
  .meta({ title: "AgentConfig" });
export type AgentConfig = z.output<typeof agentConfig>;

export const runOptions = z
  .strictObject({
    ...modelSettings,
    ...runSettings,
    context: z.union([z.string(), anyObject]).optional().describe("What the agent is to know in this run."),
    conversation: z
      .boolean()
      .optional()
      .describe("Whether the run goes on with the conversation and is kept in it. Default true."),
  })
  .meta({ title: "AgentRunOptions" });
export type AgentRunOptions = z.output<typeof runOptions>;

export const agentInput = z.union([content, z.array(message)]);
export type AgentInput = z.output<typeof agentInput>;

/** What one run of an agent hands on to another one's. */
export const performOptions = z.strictObject({
  ...runOptions.shape,
  onChunk: onAgentChunk.optional(),
  /** Takes over this conversation, instead of an input. */
  takeOver: z.array(anyObject).optional(),
  handoffDepth: z.int().optional(),
  /** Ids of the agents on whose behalf it works, each asked by the one before. */
  askedBy: z.array(z.string()).optional(),
});
export type PerformAgentOptions = z.output<typeof performOptions>;
