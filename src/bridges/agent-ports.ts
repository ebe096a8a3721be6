import type { AgentOutcome, AgentPorts, Handoff, RunLeft } from "../agents/agent-run.ts";
import type { AgentMessage, AgentToolCall, ModelAnswer, StepRequest } from "../agents/messages.ts";
import type { WorkingMemory } from "../agents/working-memory.ts";
import type { CallContext } from "../bridge/call-context.ts";
import { LlmspellError, raisedAt, toLlmspellError } from "../errors.ts";
import type { ModelRequest } from "../models/types.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import type { AgentResultData } from "./agent-result-schemas.ts";
import { teller } from "./agent-listeners.ts";
import { type AgentSettings, DEFAULT_HANDOFFS, toText } from "./agent-task.ts";
import { boundsOf, isAgentTool, isTrue, type UsableTool, usableTools, withinRun } from "./agent-tools.ts";
import { isAllowed } from "./perform-tool.ts";
import { toolHandle } from "./tool-schemas.ts";
import { dropUndefined, toRequest } from "./llm-request.ts";
import type { OptionsInput } from "./llm-schemas.ts";
import { callModel, streamModel } from "./model-calls.ts";
import { type Agent, agentsOf } from "./run-agents.ts";
import { emitEvent } from "./run-events.ts";
import { hooked } from "./run-hooks.ts";
import type { RunTool } from "./run-tools.ts";
import { withTimeLimit } from "./time-limit.ts";

/** Told of a recursion, the model of each level would begin it anew. */
const ENDING: ReadonlySet<string> = new Set(["internal.bug", "limit.recursion", "agent.too_deep"]);

interface AgentRunParts {
  agent: Agent;
  settings: AgentSettings;
  memory: WorkingMemory;
  ctx: CallContext;
}

/** How a run of an agent reaches models, tools, people and other agents: by calls, all of which stand under its own. */
export function agentPorts({ agent, settings, memory, ctx }: AgentRunParts): AgentPorts {
  const base = toRequest([{ role: "user", content: "" }], modelSettingsOf(settings), ctx, "agent.run");
  const tell = teller(agent, settings.onChunk, ctx);
  const { guardrails } = agent;
  let asked = 0;
  let tools = new Map<string, UsableTool>();
  /** Ids of calls that a person has allowed, so that the tool itself does not ask again. */
  const approvedCalls = new Set<string>();
  const broken = new Set<string>();
  /** Cancels the tools beside one that ends the run. */
  const end = new AbortController();
  /** The model is told, and may hide it: whoever wrote the tool wants to know. */
  const tellBroken = (tool: string, error: LlmspellError): void => {
    if (broken.has(tool)) return;
    broken.add(tool);
    const { code, message } = error;
    ctx.log({ level: "warn", message: `agent "${agent.name}": ${message}`, fields: { code, ...raisedAt(error) } });
  };
  return {
    async ask(step, begun) {
      asked += 1;
      const request = requestOf(base, step, asked === 1);
      const ask = (settled: ModelRequest) =>
        settings.onChunk
          ? streamModel(
              ctx,
              settled,
              (piece) => {
                begun();
                return piece.type === "toolCall" ? undefined : tell({ type: piece.type, text: piece.text ?? "" });
              },
              { guardrails },
            )
          : callModel(ctx, settled, { guardrails });
      const work = { subject: request.model ?? "", input: request };
      const answer = await hooked(ctx, "generate", work, ask, agent);
      return answer as unknown as ModelAnswer;
    },
    tools() {
      tools = usableTools(agent, ctx);
      return [...tools.values()].map(({ offer }) => offer);
    },
    async perform(call, left) {
      const tool = tools.get(call.name)?.tool;
      if (!tool) throw new LlmspellError("internal.bug", `a tool that cannot be carried out: ${call.name}`);
      const spent: Parameters<typeof withinRun>[1]["spent"] = {};
      const own = withinRun(tool, { askedBy: [...(settings.askedBy ?? []), agent.id], left, spent });
      // A tool of the agent's own is known by its handle; one that is registered, by its name.
      const wanted = isAgentTool(tool) ? toolHandle(own, ctx) : (keptHandle(agent, tool) ?? tool.name);
      try {
        const approved = settings.requireApproval === false || approvedCalls.delete(call.id);
        const options = { agent: agent.name, ...(approved ? { approved } : {}) };
        const value = await hooked(
          ctx,
          "toolCall",
          { subject: tool.name, input: call.arguments as ScriptObject },
          (args) => {
            const perform = async (late?: AbortSignal) => {
              const signal = late ? AbortSignal.any([end.signal, late]) : end.signal;
              return ctx.call("tools", "perform", [wanted, args, options], { signal });
            };
            // An agent that works as a tool ends by itself, with what it has.
            const ms = isAgentTool(tool) ? undefined : left.timeoutMs;
            return ms === undefined ? perform() : withTimeLimit(ctx, Math.max(1, ms), () => outOfTime(agent), perform);
          },
          agent,
        );
        return { value, isError: false, ...spent };
      } catch (thrown) {
        const error = toLlmspellError(thrown, "tool.failed");
        if (!error.final && ENDING.has(error.code)) end.abort(error);
        if (error.final || end.signal.aborted || ctx.signal.aborted) throw error;
        const wrongCall = error.code === "tool.invalid_arguments" || error.code === "tool.unknown";
        if (error.code === "tool.failed") tellBroken(tool.name, error);
        return { value: `${error.code}: ${error.message}`, isError: true, code: error.code, wrongCall, ...spent };
      }
    },
    async refusal(call) {
      const tool = tools.get(call.name)?.tool;
      if (!(await needsApproval(call, settings, tool, ctx))) return undefined;
      const refusal = await refusalOf(call, tool, agent, ctx);
      if (refusal === undefined) approvedCalls.add(call.id);
      return refusal;
    },
    async transfer(handoff, messages, left) {
      return transferTo(handoff, messages, left, { agent, settings, ctx });
    },
    remembered: (messages) => memory.recollect(messages),
    now: () => ctx.now(),
    tell,
    toText,
  };
}

function outOfTime({ name, config }: Agent): LlmspellError {
  return new LlmspellError("tool.timeout", `the time of the agent "${name}" was up before the tool had ended`, {
    details: { agent: name },
    hint: `Give the agent more time: timeoutMs is ${config.timeoutMs ?? "what its caller left it"}.`,
  });
}

function keptHandle(agent: Agent, tool: { name: string }): ScriptValue | undefined {
  return agent.tools.find((each) => typeof each !== "string" && each.state === tool) as ScriptValue | undefined;
}

const MODEL_SETTINGS = [
  "model",
  "provider",
  "fallback",
  "retries",
  "providerOptions",
  "temperature",
  "topP",
  "topK",
  "frequencyPenalty",
  "presencePenalty",
  "maxTokens",
  "stop",
  "seed",
  "reasoning",
  "toolChoice",
] as const satisfies readonly (keyof OptionsInput)[];

function modelSettingsOf(settings: AgentSettings): OptionsInput {
  return dropUndefined(Object.fromEntries(MODEL_SETTINGS.map((name) => [name, settings[name]]))) as OptionsInput;
}

function requestOf(base: ModelRequest, step: StepRequest, first: boolean): ModelRequest {
  const { toolChoice, ...rest } = base;
  // A choice that demands a call would demand one for ever: it holds for the first step.
  const choice = step.noTools ? "none" : first || toolChoice === "none" ? toolChoice : undefined;
  return {
    ...rest,
    messages: step.messages as ModelRequest["messages"],
    ...(step.tools.length === 0
      ? {}
      : {
          tools: step.tools.map(({ name, description, parameters }) =>
            description === undefined ? { name, parameters } : { name, description, parameters },
          ),
          ...(choice === undefined ? {} : { toolChoice: choice }),
        }),
    ...(step.schema === undefined ? {} : { schema: step.schema }),
    ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }),
  };
}

async function needsApproval(
  call: AgentToolCall,
  { requireApproval: rule }: AgentSettings,
  tool: RunTool | undefined,
  ctx: CallContext,
): Promise<boolean> {
  if (rule === "destructive") return tool?.destructive === true;
  if (rule === undefined || typeof rule === "boolean") return rule === true;
  return Array.isArray(rule) ? rule.includes(call.name) : isTrue(await ctx.runKept(() => rule(call as never)));
}

/** Why a person refused a call, for the model; undefined where it may be made. */
async function refusalOf(
  call: AgentToolCall,
  tool: RunTool | undefined,
  agent: Agent,
  ctx: CallContext,
): Promise<string | undefined> {
  try {
    return (await isAllowed(agent.name, tool ?? call, call.arguments as ScriptObject, ctx))
      ? undefined
      : `A person did not allow this call of ${call.name}. Do not try it again; go on without it.`;
  } catch (error) {
    if (LlmspellError.is(error) && error.code === "approval.timeout")
      return `Nobody allowed this call of ${call.name} in time. Go on without it.`;
    throw error;
  }
}

async function transferTo(
  handoff: Handoff,
  messages: readonly AgentMessage[],
  left: RunLeft,
  { agent, settings, ctx }: Omit<AgentRunParts, "memory">,
): Promise<AgentOutcome> {
  const target = agentsOf(ctx).get(handoff.to);
  const { reason = null } = handoff as { reason?: string | null };
  const named = { ...handoff, to: target.name };
  await teller(agent, settings.onChunk, ctx)({ type: "handoff", handoff: named });
  emitEvent(ctx, "agent.handoff", { agentId: agent.id, agentName: agent.name, targetAgent: target.name, reason });
  const options = {
    ...boundsOf(target, left),
    takeOver: messages as unknown as ScriptValue,
    handoffDepth: (settings.handoffDepth ?? 0) + 1,
    maxHandoffs: settings.maxHandoffs ?? DEFAULT_HANDOFFS,
    askedBy: settings.askedBy ?? [],
    ...(settings.context === undefined ? {} : { context: settings.context }),
    ...(settings.onChunk ? { onChunk: settings.onChunk as unknown as ScriptValue } : {}),
  };
  const theirs = (await ctx.call("agent", "perform", [target.id, null, options])) as unknown as AgentResultData;
  return { ...theirs, added: theirs.messages } as unknown as AgentOutcome;
}
