import { z } from "zod";
import { NO_METRICS } from "../agents/agent-metrics.ts";
import type { AgentMessage } from "../agents/messages.ts";
import type { CallContext } from "../bridge/call-context.ts";
import { type HandleDefinition, handleMethod } from "../bridge/define-bridge.ts";
import { handle } from "../bridge/schemas.ts";
import { toCamelCase } from "../engine/naming.ts";
import { LlmspellError } from "../errors.ts";
import { Handle, type ScriptObject, type ScriptValue, TextValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import { agentResult, type AgentResultData } from "./agent-result-schemas.ts";
import {
  agentConfig,
  agentEvent,
  agentInput,
  type AgentInput,
  agentRef,
  type AgentRunOptions,
  agentTool,
  onAgentChunk,
  onAgentEvent,
  runOptions,
} from "./agent-schemas.ts";
import { plainConfig } from "./agent-files.ts";
import { checkUsable, dropTool } from "./agent-functions.ts";
import { agentAsTool, keptTools, usableTools } from "./agent-tools.ts";
import { toolHandle } from "./tool-schemas.ts";
import { history, message, usageOut } from "./llm-schemas.ts";
import { toMessage } from "./llm-request.ts";
import { type Agent, agentsOf } from "./run-agents.ts";
import { emitEvent } from "./run-events.ts";
import { memoryState } from "./state-methods.ts";

const define = handleMethod<Agent>();
const local = { effect: "local", sync: true } as const;
const input = agentInput.describe("A text, parts, or messages.");
const eventName = z
  .string()
  .describe(
    `One of ${agentEvent.shape.type.options.filter((name) => name !== "text" && name !== "reasoning").join(", ")}.`,
  );

/** Runs an agent as its own journaled call, and answers what the script gets. */
export async function runOf(
  agent: Agent,
  given: AgentInput,
  options: ScriptObject | AgentRunOptions | undefined,
  ctx: CallContext,
): Promise<TextValue> {
  checkUsable(agent);
  const args = [agent.id, given as ScriptValue, (options ?? {}) as ScriptObject];
  const data = (await ctx.call("agent", "perform", args)) as unknown as AgentResultData;
  return new TextValue(data.text, data as unknown as ScriptObject);
}

function eventOf(name: string): string {
  const event = toCamelCase(name);
  if ((agentEvent.shape.type.options as readonly string[]).includes(event)) return event;
  throw new LlmspellError("input.invalid", `agent.on: there is no event "${name}"`, {
    hint: `Events: ${agentEvent.shape.type.options.join(", ")}.`,
  });
}

/** Forgets what was said. Turns of runs under way are kept once they end. */
function clear(agent: Agent, ctx: CallContext): void {
  ctx.charge(-sizeOf(agent.messages as unknown as ScriptValue[]));
  agent.messages = [];
  agent.summary = { upTo: 0, text: "" };
}

function addMessages(agent: Agent, added: readonly AgentMessage[], ctx: CallContext): void {
  ctx.charge(sizeOf(added as unknown as ScriptValue[]));
  agent.messages.push(...added);
}

const historyEntry = z.object({
  input: z.string(),
  text: z.string().nullable(),
  finishReason: z.string().nullable(),
  error: z.string().nullable().describe("Code of the error that ended it."),
  steps: z.number(),
  toolCalls: z.number(),
  usage: usageOut,
  cost: z.number().nullable(),
  startedAt: z.number(),
  durationMs: z.number(),
});

const metrics = z.object({
  runs: z.number(),
  failed: z.number(),
  steps: z.number(),
  toolCalls: z.number(),
  toolErrors: z.number(),
  handoffs: z.number(),
  usage: usageOut,
  cost: z.number().nullable(),
  totalMs: z.number(),
  averageMs: z.number(),
  lastMs: z.number(),
});

/** `agent`: what `agent.create` answers. */
export const agentHandle: HandleDefinition = {
  summary: "An agent: a model with instructions, tools and a memory.",
  fields: { id: z.string(), name: z.string(), description: z.string().optional() },
  methods: {
    run: define({
      summary:
        "Gives the agent something to do and waits for the answer: a text with fields (object, steps, toolCalls, usage, cost, handoffs, finishReason, messages). A run that fails leaves the conversation as it was.",
      input: { input, options: runOptions.optional() },
      output: agentResult,
      effect: "local",
      run: ({ input: given, options }, ctx, { state }) => runOf(state, given, options, ctx),
    }),
    stream: define({
      summary:
        "Like `run`; a function gets each piece of text as it comes (empty for other events), and the event: text, reasoning, toolCall, toolResult, step, handoff, retry.",
      input: { input, onChunk: onAgentChunk, options: runOptions.optional() },
      output: agentResult,
      effect: "local",
      run: ({ input: given, onChunk, options }, ctx, { state }) =>
        runOf(state, given, { ...options, onChunk: onChunk as unknown as ScriptValue } as ScriptObject, ctx),
    }),
    runWithContext: define({
      summary: "Like `run`, with a text or data that the agent is to know in this run.",
      input: { input, context: runOptions.shape.context.unwrap(), options: runOptions.optional() },
      output: agentResult,
      effect: "local",
      run: ({ input: given, context, options }, ctx, { state }) => runOf(state, given, { ...options, context }, ctx),
    }),
    asTool: define({
      summary:
        "The agent as a tool for other agents and workflows: each call is a task of its own, without the conversation.",
      input: {
        options: z.strictObject({ name: z.string().optional(), description: z.string().optional() }).optional(),
      },
      output: handle("tool"),
      ...local,
      run: ({ options }, ctx, { state }) => toolHandle(agentAsTool(state, options), ctx),
    }),
    handoff: define({
      summary:
        "Hands the conversation over: the other agent knows it from now on. Answers that agent: `a.handoff(b).run(...)`. For handoffs that the model decides on, see `handoffs` of the config.",
      input: { target: agentRef },
      output: handle("agent"),
      ...local,
      run({ target }, ctx, { state }) {
        const other = agentsOf(ctx).get(target as string | Handle);
        addMessages(other, state.messages, ctx);
        emitEvent(ctx, "agent.handoff", {
          agentId: state.id,
          agentName: state.name,
          targetAgent: other.name,
          reason: null,
        });
        return other.handle as Handle;
      },
    }),
    addTool: define({
      summary: "Gives the agent a further tool: a name, a tool, an agent, or a definition.",
      input: { tool: agentTool },
      output: z.null(),
      ...local,
      run({ tool }, ctx, { state }) {
        state.tools.push(...keptTools([tool], ctx));
        return null;
      },
    }),
    addTools: define({
      summary: "Gives the agent further tools.",
      input: { tools: z.array(agentTool) },
      output: z.null(),
      ...local,
      run({ tools }, ctx, { state }) {
        state.tools.push(...keptTools(tools, ctx));
        return null;
      },
    }),
    removeTool: define({
      summary: "Takes a tool away from the agent; answers whether it had it.",
      input: { name: z.string() },
      output: z.boolean(),
      ...local,
      run({ name }, ctx, { state }) {
        const gone = state.tools.filter((each) => (typeof each === "string" ? each : each.state.name) === name);
        state.tools = state.tools.filter((each) => !gone.includes(each));
        for (const each of gone) if (each instanceof Handle) dropTool(each.state, ctx);
        return gone.length > 0;
      },
    }),
    tools: define({
      summary:
        "The tools as the model sees them now, sub-agents and handoffs included. Throws `tool.unknown` for one that is not registered.",
      input: {},
      output: z.array(z.object({ name: z.string(), description: z.string().nullable() })),
      ...local,
      run: (_, ctx, { state }) =>
        [...usableTools(state, ctx).values()].map(({ offer: { name, description } }) => ({
          name,
          description: description ?? null,
        })),
    }),
    clone: define({
      summary: "A new agent of the same configuration, with changes, and an empty conversation.",
      input: { overrides: agentConfig.optional() },
      output: handle("agent"),
      ...local,
      run({ overrides }, ctx, { state }) {
        checkUsable(state);
        const { name, config, tools, handoffs } = state;
        const config2 = { ...config, name, tools, handoffs, ...overrides };
        return ctx.call("agent", "create", [config2 as unknown as ScriptValue]) as Handle;
      },
    }),
    conversation: define({
      summary: "What was said so far, oldest first: the turns of all runs that ended well.",
      input: {},
      output: history,
      ...local,
      run: (_, __, { state }) => structuredClone(state.messages) as never,
    }),
    addMessages: define({
      summary: "Adds to the conversation without asking the model.",
      input: { messages: z.union([message, z.array(message)]) },
      output: z.null(),
      ...local,
      run({ messages: given }, ctx, { state }) {
        const list = (Array.isArray(given) ? given : [given]).map((each) => toMessage(each, ctx, "agent.addMessages"));
        addMessages(state, list as AgentMessage[], ctx);
        return null;
      },
    }),
    clear: define({
      summary: "Forgets the conversation. State, metrics and history stay.",
      input: {},
      output: z.null(),
      ...local,
      run(_, ctx, { state }) {
        clear(state, ctx);
        return null;
      },
    }),
    reset: define({
      summary: "Forgets the conversation, the state, the metrics and the history.",
      input: {},
      output: z.null(),
      ...local,
      run(_, ctx, { state }) {
        clear(state, ctx);
        ctx.charge(-sizeOf(state.history as unknown as ScriptValue[]));
        Object.assign(state, { state: undefined, metrics: NO_METRICS, history: [] });
        return null;
      },
    }),
    state: define({
      summary: "Data that belongs to the agent: a state in memory, for its tools and for the script.",
      input: {},
      output: handle("state.store"),
      ...local,
      run(_, ctx, { state }) {
        state.state ??= memoryState(ctx);
        return ctx.handle("state.store", state.state);
      },
    }),
    metrics: define({
      summary: "What all runs of the agent came to: runs, steps, tool calls, errors, tokens, money, milliseconds.",
      input: {},
      output: metrics,
      ...local,
      run: (_, __, { state }) => ({ ...state.metrics }),
    }),
    history: define({
      summary: "Its last 100 runs in short, oldest first.",
      input: {},
      output: z.array(historyEntry),
      ...local,
      run: (_, __, { state }) => structuredClone(state.history),
    }),
    on: define({
      summary:
        "Calls a function at each event of the agent's runs. Runs do not wait for it; when it fails, that is logged.",
      input: { event: eventName, fn: onAgentEvent },
      output: z.null(),
      ...local,
      run({ event, fn }, _, { state }) {
        const name = eventOf(event);
        fn.retain();
        state.listeners.set(name, [...(state.listeners.get(name) ?? []), fn]);
        return null;
      },
    }),
    off: define({
      summary: "No longer calls a function, or any, at an event. Answers how many it were.",
      input: { event: eventName, fn: onAgentEvent.optional() },
      output: z.number(),
      ...local,
      run({ event, fn }, _, { state }) {
        const name = eventOf(event);
        const all = state.listeners.get(name) ?? [];
        const gone = all.filter((each) => fn === undefined || each.functionId === fn.functionId);
        for (const each of gone) each.release();
        state.listeners.set(
          name,
          all.filter((each) => !gone.includes(each)),
        );
        return gone.length;
      },
    }),
    config: define({
      summary:
        "The configuration, as far as it is data: tools and other agents by name, options that hold functions left out.",
      input: {},
      output: agentConfig,
      ...local,
      run: (_, __, { state }) => plainConfig(state),
    }),
  },
};
