import type { AgentOutcome } from "../agents/agent-run.ts";
import { withRun } from "../agents/agent-metrics.ts";
import type { AgentMessage } from "../agents/messages.ts";
import { textOfContent } from "../agents/messages.ts";
import { runAgent } from "../agents/run-agent.ts";
import { SUMMARY_INSTRUCTION, transcriptOf, WorkingMemory } from "../agents/working-memory.ts";
import type { CallContext } from "../bridge/call-context.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import { countTokens } from "../models/tokens.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import type { AgentResultData } from "./agent-result-schemas.ts";
import type { AgentInput, PerformAgentOptions } from "./agent-schemas.ts";
import { checkUsable, releaseFunctions } from "./agent-functions.ts";
import { tellListeners } from "./agent-listeners.ts";
import { agentPorts } from "./agent-ports.ts";
import { type AgentSettings, taskOf } from "./agent-task.ts";
import { dropUndefined, toContent, toMessage, toRequest } from "./llm-request.ts";
import { callModel } from "./model-calls.ts";
import type { Agent, AgentHistoryEntry } from "./run-agents.ts";
import { emitEvent } from "./run-events.ts";
import { hooked } from "./run-hooks.ts";

const MAX_HISTORY = 100;
/** Characters of an input and an answer that the history keeps. */
const MAX_EXCERPT = 2000;

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
  const settings: AgentSettings = { ...agent.config, ...dropUndefined(options) };
  const keeps = settings.conversation !== false && settings.memory !== false && !options.takeOver;
  const conversation = agent.messages;
  const before = keeps ? [...conversation] : [];
  const turn = options.takeOver ? [] : turnOf(input, ctx);
  const messages = options.takeOver ? (options.takeOver as unknown as AgentMessage[]) : [...before, ...turn];
  const memory = memoryOf(agent, settings, keeps ? agent.summary : { upTo: 0, text: "" }, messages.length - 1, ctx);
  const task = taskOf(agent, settings, messages, ctx);
  const outcome = await runAgent(task, agentPorts({ agent, settings, memory, ctx }));
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

function memoryOf(
  { guardrails }: Agent,
  settings: AgentSettings,
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
