import { z } from "zod";
import { anyObject, anyValue, textWith } from "../bridge/schemas.ts";
import { history, usageOut } from "./llm-schemas.ts";

export const performedCall = z
  .object({
    id: z.string(),
    name: z.string(),
    arguments: anyObject,
    result: anyValue,
    isError: z.boolean(),
    code: z.string().optional().describe("Of the error."),
    durationMs: z.number(),
    agent: z.string(),
  })
  .meta({ title: "PerformedCall" });

export const agentStep = z
  .object({
    number: z.number(),
    agent: z.string(),
    text: z.string(),
    reasoning: z.string().optional(),
    toolCalls: z.array(performedCall),
    usage: usageOut,
    cost: z.number().nullable(),
    model: z.string(),
    finishReason: z.string(),
    durationMs: z.number(),
  })
  .meta({ title: "AgentStep" });

export const agentHandoff = z
  .object({ from: z.string(), to: z.string(), reason: z.string().nullable() })
  .meta({ title: "Handoff" });

const resultFields = {
  content: z.string(),
  text: z.string(),
  object: anyValue.optional().describe("The value, where an output schema is set."),
  reasoning: z.string().optional(),
  steps: z.array(agentStep),
  toolCalls: z.array(performedCall),
  usage: usageOut.describe("Of all steps, summaries, sub-agents and agents that took over."),
  cost: z.number().nullable().describe("US dollars; nil when the price of a model is unknown."),
  handoffs: z.array(agentHandoff),
  finishReason: z.enum([
    "stop",
    "length",
    "content_filter",
    "other",
    "max_steps",
    "max_repairs",
    "stop_when",
    "budget",
    "timeout",
  ]),
  messages: history.describe("What this run added to the conversation, its input first."),
  agent: z.string().describe("Name of the agent that answered."),
  agentId: z.string(),
  model: z.string().nullable(),
  durationMs: z.number(),
};

/** What a run of an agent came to, as the journal keeps it. */
export const agentResultData = z.object(resultFields);
export type AgentResultData = z.output<typeof agentResultData>;

/** The same as a script gets it: a text with fields. */
export const agentResult = textWith(resultFields);
