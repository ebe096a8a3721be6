import type { RunLeft } from "../agents/agent-run.ts";
import type { AgentUsage, ToolOffer } from "../agents/messages.ts";
import type { CallContext } from "../bridge/call-context.ts";
import { LlmspellError } from "../errors.ts";
import { Handle, isPlainObject, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import { holdTool } from "./agent-functions.ts";
import type { AgentResultData } from "./agent-result-schemas.ts";
import type { AgentToolInput, OtherAgent } from "./agent-schemas.ts";
import { type Agent, agentsOf } from "./run-agents.ts";
import { type RunTool, toolsOf } from "./run-tools.ts";
import { newScriptTool } from "./script-tool.ts";
import { toolHandle } from "./tool-schemas.ts";

/** How deep agents may work on behalf of each other, and how often one agent may stand among these. */
const MAX_DEPTH = 8;
const MAX_SELF = 3;
const AGENT_TOOL_TIMEOUT_MS = 3_600_000;

/** A tool that an agent stands behind. */
interface AgentTool extends RunTool {
  agentId: string;
}

/** What a run of an agent passes on to an agent that it asks, and gets back. */
export interface AgentToolCall {
  /** Who asks, the first one first: ids. */
  askedBy: readonly string[];
  left: RunLeft;
  spent: { usage?: AgentUsage; cost?: number | null };
}

/** A tool that an agent may use now. */
export interface UsableTool {
  offer: ToolOffer;
  /** What carries it out; undefined for handoffs. */
  tool: RunTool | undefined;
}

/** Tools as they are kept: definitions become tools of the agent's own, agents become tools. */
export function keptTools(given: readonly AgentToolInput[], ctx: CallContext): (string | Handle<RunTool>)[] {
  return given.map((each) => {
    if (typeof each === "string") return each;
    if (!(each instanceof Handle)) {
      const tool = newScriptTool(each);
      holdTool(tool, true, ctx);
      return toolHandle(tool, ctx);
    }
    if (each.type === "agent") return toolHandle(agentAsTool(each.state as Agent), ctx);
    holdTool((each as Handle<RunTool>).state, false, ctx);
    return each as Handle<RunTool>;
  });
}

/** The tools of an agent as they are now. Throws `tool.unknown`, `agent.unknown`, and `input.invalid` for a name that two have. */
export function usableTools(agent: Agent, ctx: CallContext): Map<string, UsableTool> {
  const usable = new Map<string, UsableTool>();
  const add = (name: string, each: UsableTool): void => {
    if (usable.has(name)) {
      throw new LlmspellError("input.invalid", `the agent "${agent.name}" has two tools named "${name}"`, {
        hint: "Give one of them another name.",
      });
    }
    usable.set(name, each);
  };
  for (const kept of agent.tools) {
    const tool = kept instanceof Handle ? kept.state : findTool(kept, agent, ctx);
    add(tool.name, offered(tool));
  }
  for (const other of agent.config.subAgents ?? []) {
    const { agent: wanted, name, description } = asOther(other);
    const tool = agentAsTool(agentsOf(ctx).get(wanted as string | Handle, agent), { name, description });
    add(tool.name, offered(tool));
  }
  for (const other of agent.handoffs) {
    const { agent: wanted, name, description } = asOther(other);
    const target = agentsOf(ctx).get(wanted as string | Handle, agent);
    const offer = transferOffer(target, name, description);
    add(offer.name, { offer, tool: undefined });
  }
  return usable;
}

function findTool(name: string, agent: Agent, ctx: CallContext): RunTool {
  const tool = toolsOf(ctx).find(name);
  if (tool) return tool;
  const other = agentsOf(ctx).find(name);
  if (other) return agentAsTool(other);
  const near = toolsOf(ctx).nearest(name);
  throw new LlmspellError("tool.unknown", `the agent "${agent.name}" uses the tool "${name}", which is not there`, {
    details: { agent: agent.id, tool: name },
    hint:
      near === undefined
        ? `Register it before the agent runs: tools.register({name = "${name}", ...}). tools.list() names all.`
        : `Did you mean "${near}"?`,
  });
}

function offered(tool: RunTool): UsableTool {
  const { name, description, parameters } = tool;
  const schema = { properties: {}, ...parameters };
  return { offer: { name, ...(description === "" ? {} : { description }), parameters: schema }, tool };
}

interface NamedAgent {
  agent: string | Handle;
  name?: string | undefined;
  description?: string | undefined;
}

export function asOther(other: OtherAgent): NamedAgent {
  return typeof other === "string" || other instanceof Handle ? { agent: other } : (other as NamedAgent);
}

/** Names of tools may hold letters, digits, `_` and `-` alone. */
const toolNameOf = (name: string): string => name.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, 48);

function transferOffer(target: Agent, name: string | undefined, description: string | undefined): ToolOffer {
  const about = description ?? target.config.description;
  return {
    name: `transfer_to_${toolNameOf(name ?? target.name)}`,
    description: `Hands the conversation over to "${target.name}", who goes on with it and answers.${about === undefined ? "" : ` ${about}`}`,
    parameters: {
      type: "object",
      properties: { reason: { type: "string", description: "Why, in one sentence." } },
      additionalProperties: false,
    },
    transfersTo: target.id,
  };
}

/** An agent as a tool: each call is a task of its own, which knows nothing of the conversation. */
export function agentAsTool(agent: Agent, { name, description }: Omit<NamedAgent, "agent"> = {}): AgentTool {
  return {
    agentId: agent.id,
    name: toolNameOf(name ?? agent.name),
    description: description ?? agent.config.description ?? `Gives a task to the agent "${agent.name}".`,
    source: "composed",
    category: "agent",
    tags: ["agent"],
    aliases: [],
    parameters: {
      type: "object",
      properties: {
        input: {
          type: "string",
          description: "The task, with everything that is needed for it: this conversation is not seen.",
        },
      },
      required: ["input"],
      additionalProperties: false,
    },
    positional: ["input"],
    examples: [],
    permissions: [],
    readOnly: false,
    destructive: false,
    requiresConfirmation: false,
    idempotent: false,
    deterministic: false,
    timeoutMs: AGENT_TOOL_TIMEOUT_MS,
    run: (args, { ctx }) => runAgentTool(agent.id, args, { askedBy: [], left: {}, spent: {} }, ctx),
  };
}

/** The same tool as one call of an agent makes it: within what is left to that one, which learns what it spent. */
export function withinRun(tool: RunTool, call: AgentToolCall): RunTool {
  if (!("agentId" in tool)) return tool;
  return { ...tool, run: (args, { ctx }) => runAgentTool((tool as AgentTool).agentId, args, call, ctx) };
}

export const isAgentTool = (tool: RunTool): boolean => "agentId" in tool;

async function runAgentTool(
  id: string,
  args: ScriptObject,
  { askedBy, left, spent }: AgentToolCall,
  ctx: CallContext,
): Promise<ScriptValue> {
  const agent = agentsOf(ctx).get(id);
  const often = askedBy.filter((each) => each === id).length >= MAX_SELF;
  if (often || askedBy.length >= MAX_DEPTH) {
    const chain = [...askedBy, id].map((each) => agentsOf(ctx).find(each)?.name ?? each).join(" -> ");
    throw new LlmspellError("agent.too_deep", `agents ask each other too deep: ${chain}`, {
      details: { agents: [...askedBy, id], limit: often ? MAX_SELF : MAX_DEPTH },
      hint: `An agent may ask itself, also by way of others, ${MAX_SELF - 1} levels deep, and a chain of agents be ${MAX_DEPTH} long.`,
    });
  }
  const options = { ...boundsOf(agent, left), conversation: false, askedBy: [...askedBy] };
  const { input } = args;
  const given = [id, typeof input === "string" ? input : JSON.stringify(input), options];
  const result = (await ctx.call("agent", "perform", given as ScriptValue[])) as unknown as AgentResultData;
  spent.usage = result.usage;
  spent.cost = result.cost;
  return result.object === undefined ? result.text : (result.object as ScriptValue);
}

/** What an agent may use of its own, within what is left to the one that it works for. */
export function boundsOf({ config }: Agent, { tokens, cost, timeoutMs }: RunLeft): ScriptObject {
  const least = (own: number | undefined, rest: number | undefined): number | undefined =>
    rest === undefined ? own : Math.min(own ?? Infinity, rest);
  const budget = {
    tokens: least(config.budget?.tokens, tokens && Math.max(1, tokens)),
    cost: least(config.budget?.cost, cost && Math.max(Number.MIN_VALUE, cost)),
  };
  const time = least(config.timeoutMs, timeoutMs && Math.max(1, timeoutMs));
  const bounds: ScriptObject = {};
  if (budget.tokens !== undefined || budget.cost !== undefined) bounds.budget = budget;
  if (time !== undefined) bounds.timeoutMs = time;
  return bounds;
}

/** A function's answer as whether something is so: nil and false are not. */
export function isTrue(value: unknown): boolean {
  return value !== null && value !== undefined && value !== false && !(isPlainObject(value) && value.approve === false);
}
