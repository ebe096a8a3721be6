import type {
  AgentOutcome,
  AgentPorts,
  AgentProgress,
  AgentTask,
  Handoff,
  RunLeft,
  RunLimits,
  StopRule,
} from "../agents/agent-run.ts";
import { withRun } from "../agents/agent-metrics.ts";
import type { AgentMessage, AgentToolCall, ModelAnswer, StepRequest } from "../agents/messages.ts";
import { textOfContent } from "../agents/messages.ts";
import { runAgent } from "../agents/run-agent.ts";
import { SUMMARY_INSTRUCTION, transcriptOf, WorkingMemory } from "../agents/working-memory.ts";
import type { CallContext } from "../bridge/call-context.ts";
import type { Callback } from "../bridge/schemas.ts";
import { LlmspellError, raisedAt, toLlmspellError } from "../errors.ts";
import { countTokens } from "../models/tokens.ts";
import type { ModelRequest } from "../models/types.ts";
import { type ScriptObject, type ScriptValue, TextValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import type { AgentResultData } from "./agent-result-schemas.ts";
import type { AgentConfig, AgentEvent, AgentInput, PerformAgentOptions } from "./agent-schemas.ts";
import { checkUsable, releaseFunctions } from "./agent-functions.ts";
import { boundsOf, isAgentTool, isTrue, type UsableTool, usableTools, withinRun } from "./agent-tools.ts";
import { isAllowed } from "./perform-tool.ts";
import { toolHandle } from "./tool-schemas.ts";
import { toJson, toSchema } from "./llm-json.ts";
import { dropUndefined, toContent, toMessage, toRequest } from "./llm-request.ts";
import type { OptionsInput } from "./llm-schemas.ts";
import { callModel, streamModel } from "./model-calls.ts";
import { type Agent, type AgentHistoryEntry, agentsOf } from "./run-agents.ts";
import { emitEvent } from "./run-events.ts";
import { hooked } from "./run-hooks.ts";
import type { RunTool } from "./run-tools.ts";
import { withTimeLimit } from "./time-limit.ts";

const DEFAULT_STEPS = 10;
const DEFAULT_HANDOFFS = 5;
const DEFAULT_REPAIRS = 3;
const DEFAULT_OUTPUT_REPAIRS = 2;
const DEFAULT_TOOL_RESULT = 50_000;
const DEFAULT_RETRIES = 2;
/** Told of a recursion, the model of each level would begin it anew. */
const ENDING: ReadonlySet<string> = new Set(["internal.bug", "limit.recursion", "agent.too_deep"]);
const MAX_HISTORY = 100;
/** Characters of an input and an answer that the history keeps. */
const MAX_EXCERPT = 2000;

type Settings = Omit<AgentConfig, "id" | "name" | "tools" | "messages"> & PerformAgentOptions;

/** Runs an agent: with its conversation, tools, limits, hooks and events. */
export async function performAgent(
  agent: Agent,
  input: AgentInput | undefined,
  options: PerformAgentOptions,
  ctx: CallContext,
): Promise<AgentResultData> {
  checkUsable(agent);
  const startedAt = ctx.now();
  const about = { agentId: agent.id, agentName: agent.name };
  agent.running += 1;
  emitEvent(ctx, "agent.started", about);
  tellListeners(agent, { type: "started", agent: agent.name }, ctx);
  try {
    const work = { subject: agent.name, input };
    const result = await hooked(ctx, "agentRun", work, (settled) =>
      hooked(ctx, "agentRun", { ...work, input: settled }, (own) => run(agent, own, options, startedAt, ctx), agent),
    );
    const { usage, cost, finishReason, steps, durationMs: duration } = result;
    emitEvent(ctx, "agent.finished", {
      ...about,
      duration,
      success: true,
      usage,
      cost,
      finishReason,
      steps: steps.length,
    });
    tellListeners(agent, { type: "finished", agent: agent.name, text: result.text }, ctx);
    return result;
  } catch (thrown) {
    const { code, message } = toLlmspellError(thrown, "bridge.failed");
    const duration = ctx.now() - startedAt;
    agent.metrics = withRun(agent.metrics, undefined, duration);
    remember(agent, { ...emptyEntry(inputText(input), startedAt, duration), error: code }, ctx);
    emitEvent(ctx, "agent.failed", { ...about, duration, success: false, error: { code, message } });
    tellListeners(agent, { type: "failed", agent: agent.name, error: { code, message } }, ctx);
    throw thrown;
  } finally {
    agent.running -= 1;
    releaseFunctions(agent, ctx);
  }
}

async function run(
  agent: Agent,
  input: AgentInput | undefined,
  options: PerformAgentOptions,
  startedAt: number,
  ctx: CallContext,
): Promise<AgentResultData> {
  const settings: Settings = { ...agent.config, ...dropUndefined(options) };
  const keeps = settings.conversation !== false && settings.memory !== false && !options.takeOver;
  const conversation = agent.messages;
  const before = keeps ? [...conversation] : [];
  const turn = options.takeOver ? [] : turnOf(input, ctx);
  const messages = options.takeOver ? (options.takeOver as unknown as AgentMessage[]) : [...before, ...turn];
  const memory = memoryOf(agent, settings, keeps ? agent.summary : { upTo: 0, text: "" }, messages.length - 1, ctx);
  const task = taskOf(agent, settings, messages, ctx);
  const outcome = await runAgent(task, portsOf({ agent, settings, memory, ctx }));
  const duration = ctx.now() - startedAt;
  const added = [...turn, ...outcome.added];
  if (keeps) {
    ctx.charge(sizeOf(added as unknown as ScriptValue[]));
    const alone = agent.messages === conversation && conversation.length === before.length;
    if (alone || (agent.messages === conversation && memory.summary.upTo <= before.length))
      agent.summary = memory.summary;
    agent.messages.push(...added);
  }
  agent.metrics = withRun(agent.metrics, outcome, duration);
  remember(
    agent,
    {
      ...emptyEntry(inputText(input), startedAt, duration),
      text: excerpt(outcome.text),
      finishReason: outcome.finishReason,
      steps: outcome.steps.length,
      toolCalls: outcome.steps.reduce((sum, step) => sum + step.toolCalls.length, 0),
      usage: outcome.usage,
      cost: outcome.cost,
    },
    ctx,
  );
  return resultOf(agent, outcome, added, duration);
}

function resultOf(agent: Agent, outcome: AgentOutcome, messages: AgentMessage[], durationMs: number): AgentResultData {
  const { text, object, reasoning, steps, usage, cost, handoffs, finishReason } = outcome;
  return {
    content: text,
    text,
    ...(object === undefined ? {} : { object: object as ScriptValue }),
    ...(reasoning === undefined ? {} : { reasoning }),
    steps,
    toolCalls: steps.flatMap((step) => step.toolCalls),
    usage,
    cost,
    handoffs,
    finishReason,
    messages,
    agent: outcome.agent,
    agentId: agent.id,
    model: outcome.model,
    durationMs,
  } as unknown as AgentResultData;
}

/** The messages of an input. Throws `input.invalid` where it says nothing. */
function turnOf(input: AgentInput | undefined, ctx: CallContext): AgentMessage[] {
  const list = Array.isArray(input) && input.some((each) => typeof each === "object" && "role" in each);
  const messages = list
    ? (input as Parameters<typeof toMessage>[0][]).map((message) => toMessage(message, ctx, "agent.run"))
    : [{ role: "user" as const, content: toContent((input ?? "") as never, ctx, "agent.run") }];
  const said = messages.some(({ role, content }) => role !== "system" && content !== "" && content.length > 0);
  if (said) return messages as AgentMessage[];
  throw new LlmspellError("input.invalid", "agent.run: there is nothing to answer", {
    hint: "Give a text, or messages.",
  });
}

function inputText(input: AgentInput | undefined): string {
  if (input === undefined) return "";
  if (typeof input === "string") return input;
  const last = input.at(-1);
  return textOfContent(typeof last === "object" && "role" in last ? last.content : input);
}

function taskOf(agent: Agent, settings: Settings, messages: readonly AgentMessage[], ctx: CallContext): AgentTask {
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

function limitsOf(settings: Settings): RunLimits {
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
function stopOf({ stopWhen }: Settings, agent: Agent, ctx: CallContext): StopRule {
  if (stopWhen === undefined) return { tools: [], texts: [] };
  if (typeof stopWhen === "function")
    return { tools: [], texts: [], decide: async (step) => isTrue(await ctx.runKept(() => stopWhen(step as never))) };
  if (typeof stopWhen === "object" && !Array.isArray(stopWhen))
    return { tools: listed(stopWhen.tool), texts: listed(stopWhen.text) };
  const names = listed(stopWhen);
  const known = usableTools(agent, ctx);
  return { tools: names.filter((name) => known.has(name)), texts: names.filter((name) => !known.has(name)) };
}

function memoryOf(
  { guardrails }: Agent,
  settings: Settings,
  summary: Agent["summary"],
  pinned: number,
  ctx: CallContext,
): WorkingMemory {
  const rules = typeof settings.memory === "object" ? settings.memory : {};
  const { summarize } = rules;
  const own = typeof summarize === "object" ? summarize : {};
  return new WorkingMemory(
    { maxMessages: rules.maxMessages, maxTokens: rules.maxTokens, summarize: Boolean(summarize) },
    summary,
    pinned,
    {
      countTokens,
      async summarize(messages, before) {
        const past = before === "" ? "" : `What was said before that, in short:\n${before}\n\n`;
        const model = own.model ?? settings.model;
        const request = toRequest(
          `${past}The conversation:\n${transcriptOf(messages)}`,
          {
            system: own.instructions ?? SUMMARY_INSTRUCTION,
            ...(model === undefined ? {} : { model }),
            ...(own.model === undefined && settings.provider !== undefined ? { provider: settings.provider } : {}),
          },
          ctx,
          "agent.run",
        );
        const { content, usage, cost } = await callModel(ctx, request, { guardrails });
        return { text: content, usage, cost };
      },
    },
  );
}

interface RunParts {
  agent: Agent;
  settings: Settings;
  memory: WorkingMemory;
  ctx: CallContext;
}

function portsOf({ agent, settings, memory, ctx }: RunParts): AgentPorts {
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
      return transferTo(handoff, messages, left, { agent, settings, memory, ctx });
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

function modelSettingsOf(settings: Settings): OptionsInput {
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
  { requireApproval: rule }: Settings,
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
  { agent, settings, ctx }: RunParts,
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

type Tell = (progress: AgentProgress) => unknown;

function teller(agent: Agent, onChunk: PerformAgentOptions["onChunk"], ctx: CallContext): Tell {
  return (progress) => {
    const event = { ...progress, agent: agent.name } as unknown as AgentEvent;
    if (progress.type !== "text" && progress.type !== "reasoning") tellListeners(agent, event, ctx);
    if (progress.type === "step") {
      const { number, usage, cost, finishReason, durationMs, toolCalls } = progress.step;
      const fields = {
        step: number,
        usage: { ...usage },
        cost,
        finishReason,
        duration: durationMs,
        toolCalls: toolCalls.length,
      };
      emitEvent(ctx, "agent.step", { agentId: agent.id, agentName: agent.name, ...fields });
    }
    return onChunk?.(progress.type === "text" ? progress.text : "", event);
  };
}

/** Listeners are told and not waited for; one that fails is logged. */
function tellListeners(agent: Agent, event: AgentEvent, ctx: CallContext): void {
  for (const listener of agent.listeners.get(event.type) ?? []) {
    const failed = (thrown: unknown): void => {
      const error = toLlmspellError(thrown, "script.error");
      ctx.log({
        level: "warn",
        message: `a listener of the agent "${agent.name}" failed: ${error.message}`,
        fields: { code: error.code, ...raisedAt(error) },
      });
    };
    try {
      const waits: unknown = ctx.runKept(() => (listener as Callback<[AgentEvent]>)(event));
      if (waits instanceof Promise) waits.catch(failed);
    } catch (thrown) {
      failed(thrown);
    }
  }
}

/** A tool's result as the model reads it. */
function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof TextValue) return value.text;
  return JSON.stringify(toJson(value as ScriptValue, "agent.run")) ?? "null";
}

const excerpt = (text: string): string => text.slice(0, MAX_EXCERPT);

function emptyEntry(input: string, startedAt: number, durationMs: number): AgentHistoryEntry {
  return {
    input: excerpt(input),
    text: null,
    finishReason: null,
    error: null,
    steps: 0,
    toolCalls: 0,
    usage: {
      inputTokens: 0,
      outputTokens: 0,
      totalTokens: 0,
      cachedTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
    },
    cost: 0,
    startedAt,
    durationMs,
  };
}

function remember(agent: Agent, entry: AgentHistoryEntry, ctx: CallContext): void {
  ctx.charge(sizeOf(entry as unknown as ScriptValue));
  agent.history.push(entry);
  if (agent.history.length <= MAX_HISTORY) return;
  const [oldest] = agent.history.splice(0, 1);
  ctx.charge(-sizeOf(oldest as unknown as ScriptValue));
}
