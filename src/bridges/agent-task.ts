import type { AgentTask, RunLimits, StopRule } from "../agents/agent-run.ts";
import type { AgentMessage } from "../agents/messages.ts";
import type { CallContext } from "../bridge/call-context.ts";
import { type ScriptValue, TextValue } from "../values/script-value.ts";
import type { AgentConfig, PerformAgentOptions } from "./agent-schemas.ts";
import { isTrue, usableTools } from "./agent-tools.ts";
import { toJson, toSchema } from "./llm-json.ts";
import type { Agent } from "./run-agents.ts";

const DEFAULT_STEPS = 10;
export const DEFAULT_HANDOFFS = 5;
const DEFAULT_REPAIRS = 3;
const DEFAULT_OUTPUT_REPAIRS = 2;
const DEFAULT_TOOL_RESULT = 50_000;
const DEFAULT_RETRIES = 2;

/** An agent's configuration, with what one run says otherwise. */
export type AgentSettings = Omit<AgentConfig, "id" | "name" | "tools" | "messages"> & PerformAgentOptions;

/** What a run of an agent is to do, and within what. */
export function taskOf(
  agent: Agent,
  settings: AgentSettings,
  messages: readonly AgentMessage[],
  ctx: CallContext,
): AgentTask {
  const { context } = settings;
  const known =
    context === undefined ? undefined : `Context:\n${typeof context === "string" ? context : toText(context)}`;
  const system = [settings.system ?? settings.systemPrompt, known].filter((part) => part !== undefined && part !== "");
  return {
    agentId: agent.id,
    agentName: agent.name,
    system: system.length > 0 ? system.join("\n\n") : undefined,
    messages,
    limits: limitsOf(settings),
    stop: stopOf(settings, agent, ctx),
    output: settings.output && toSchema(settings.output, "agent.run", true),
    outputRepairs: settings.outputRepairs ?? DEFAULT_OUTPUT_REPAIRS,
    handoffDepth: settings.handoffDepth ?? 0,
  };
}

function limitsOf(settings: AgentSettings): RunLimits {
  return {
    maxSteps: settings.maxSteps ?? DEFAULT_STEPS,
    maxHandoffs: settings.maxHandoffs ?? DEFAULT_HANDOFFS,
    repairs: settings.repairs ?? DEFAULT_REPAIRS,
    maxTokens: settings.budget?.tokens,
    maxCost: settings.budget?.cost,
    timeoutMs: settings.timeoutMs,
    maxToolResult: settings.maxToolResult ?? DEFAULT_TOOL_RESULT,
    retries: settings.retries ?? DEFAULT_RETRIES,
  };
}

const listed = (given: string | readonly string[] | undefined): readonly string[] =>
  given === undefined ? [] : typeof given === "string" ? [given] : given;

/** A bare text is the name of a tool where there is one. */
function stopOf({ stopWhen }: AgentSettings, agent: Agent, ctx: CallContext): StopRule {
  if (stopWhen === undefined) return { tools: [], texts: [] };
  if (typeof stopWhen === "function")
    return { tools: [], texts: [], decide: async (step) => isTrue(await ctx.runKept(() => stopWhen(step as never))) };
  if (typeof stopWhen === "object" && !Array.isArray(stopWhen))
    return { tools: listed(stopWhen.tool), texts: listed(stopWhen.text) };
  const names = listed(stopWhen);
  const known = usableTools(agent, ctx);
  return { tools: names.filter((name) => known.has(name)), texts: names.filter((name) => !known.has(name)) };
}

/** A value as the model reads it. */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof TextValue) return value.text;
  return JSON.stringify(toJson(value as ScriptValue, "agent.run")) ?? "null";
}
