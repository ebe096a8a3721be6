import type { CallContext } from "../bridge/call-context.ts";
import { compileInput, type Reshape } from "../bridge/shaper.ts";
import { LlmspellError, raisedAt } from "../errors.ts";
import type { Guardrail } from "../guardrails/guardrail.ts";
import type { HookedAction } from "../hooks/hook-points.ts";
import { HookRegistry } from "../hooks/hook-registry.ts";
import { type HookPorts, HookRunner, type Shapes } from "../hooks/hook-runner.ts";
import { isPlainObject, type ScriptValue, TextValue } from "../values/script-value.ts";
import { agentResultData } from "./agent-result-schemas.ts";
import { startTimer } from "./event-handlers.ts";
import { hookedMessages, hookedRequest } from "./hooks-schemas.ts";
import { workflowResult } from "../workflows/workflow-result.ts";
import { answerData } from "./llm-schemas.ts";
import { guardrailsOf, guardTool } from "./run-guardrails.ts";
import { emitEvent } from "./run-events.ts";

/** What is about to happen. */
export interface HookedWork<Input> {
  /** What it is about: a model, a tool, an agent, a workflow, a step. */
  subject: string;
  input: Input;
}

const REGISTRY = {};

export function hooksOf(ctx: CallContext): HookRegistry {
  return ctx.own(REGISTRY, () => new HookRegistry());
}

/** What stands around the work of one thing alone, such as an agent. */
export interface OwnWatch {
  hooks: HookRegistry;
  guardrails: readonly Guardrail[];
}

/**
 * Does something with the run's hooks around it: `before*` may change the input, answer instead, or block; `after*` may change the
 * output; `onError` and `beforeRetry` see failures. Without hooks it is a plain call. To be called from local and composite methods.
 * Around tools stand guardrails too. `own`: those of one thing alone instead of the run's.
 */
export async function hooked<Input, Output>(
  ctx: CallContext,
  action: HookedAction,
  { subject, input }: HookedWork<Input>,
  act: (input: Input) => Output | Promise<Output>,
  own?: OwnWatch,
): Promise<Output> {
  const registry = own?.hooks ?? hooksOf(ctx);
  const run = action === "toolCall" ? guarded(ctx, own?.guardrails ?? guardrailsOf(ctx), subject, act) : act;
  if (registry.isEmpty) return run(input);
  return new HookRunner<Input, Output>(registry, portsOf(ctx), { action, subject }, shapesOf(action)).run(input, run);
}

/** A tool's input and output pass the guardrails right around it: after what hooks made of the one, before they see the other. */
function guarded<Input, Output>(
  ctx: CallContext,
  all: readonly Guardrail[],
  tool: string,
  act: (input: Input) => Output | Promise<Output>,
) {
  return async (input: Input): Promise<Output> => {
    const checked = (await guardTool(ctx, all, "input", tool, input as ScriptValue)) as Input;
    return (await guardTool(ctx, all, "output", tool, (await act(checked)) as ScriptValue)) as Output;
  };
}

/** What the hooks make of a piece of a stream; undefined where none looks at pieces. */
export function chunkHook(ctx: CallContext, subject: string): ((text: string) => Promise<string>) | undefined {
  const registry = hooksOf(ctx);
  if (registry.at("onStreamChunk").length === 0) return undefined;
  const runner = new HookRunner(registry, portsOf(ctx), { action: "generate", subject }, shapesOf("generate"));
  return (text) => runner.chunk(text);
}

function portsOf(ctx: CallContext): HookPorts {
  return {
    runId: ctx.runId,
    within: (run, stop) => ctx.runKept(run, stop),
    now: () => ctx.now(),
    timer: (ms) => startTimer(ctx, ms),
    emit: (name, fields) => emitEvent(ctx, name, fields),
    warn: (message, error) => ctx.log({ level: "warn", message, fields: { code: error.code, ...raisedAt(error) } }),
  };
}

const respell = compileInput(hookedRequest);
const respellAnswer = compileInput(answerData.partial());

/** How what a hook answers in the script's spelling becomes what the work is made of; undefined: it is the script's own. */
const RESPELL: Partial<Record<HookedAction, { input?: Reshape; output?: Reshape }>> = {
  agentRun: { input: compileInput(hookedMessages), output: compileInput(agentResultData.partial()) },
  workflow: { output: compileInput(workflowResult.partial()) },
};

function shapesOf<Input, Output>(action: HookedAction): Shapes<Input, Output> {
  if (action === "generate") return GENERATE as unknown as Shapes<Input, Output>;
  const { input, output } = RESPELL[action] ?? {};
  return {
    input: (value, current) => spelled(input, sameKind(value, current as ScriptValue)) as Input,
    output: (value, current) => spelled(output, sameKind(value, current as ScriptValue)) as Output,
  };
}

const GENERATE: Shapes<ScriptValue, ScriptValue> = {
  input(value) {
    const shaped = respell?.(value, NO_SCOPE);
    const { success, data, error } = hookedRequest.safeParse(shaped);
    if (success) return data as ScriptValue;
    throw invalid(`a request: ${error.issues[0]?.path.join(".")}: ${error.issues[0]?.message}`);
  },
  output(value, current) {
    const before = (current ?? EMPTY_ANSWER) as unknown as typeof EMPTY_ANSWER;
    if (value instanceof TextValue || typeof value === "string") return withText(before, String(value)) as ScriptValue;
    if (!isPlainObject(value)) throw invalid("an answer: a text, or an object with `content`");
    const shaped = respellAnswer?.(value, NO_SCOPE) as object;
    const merged = { ...before, ...shaped };
    const { success, data, error } = answerData.safeParse(
      "message" in shaped ? merged : withText(merged as typeof EMPTY_ANSWER, merged.content),
    );
    if (success) return data as unknown as ScriptValue;
    throw invalid(`an answer: ${error.issues[0]?.path.join(".")}: ${error.issues[0]?.message}`);
  },
};

function spelled(reshape: Reshape, value: ScriptValue): ScriptValue {
  return reshape ? (reshape(value, NO_SCOPE) as ScriptValue) : value;
}

const NO_SCOPE = { wrap: (fn: unknown) => fn };

/** An answer that no model gave. */
const EMPTY_ANSWER = {
  content: "",
  message: { role: "assistant", content: "" },
  toolCalls: [],
  usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0, cachedTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 },
  cost: 0,
  model: "hook",
  provider: "hook",
  finishReason: "stop",
  latencyMs: 0,
  warnings: [],
};

/** The answer says so in its message too, from which a conversation goes on. */
function withText(data: typeof EMPTY_ANSWER, content: string): typeof EMPTY_ANSWER {
  if (content === data.content && data.message.content === content) return data;
  return { ...data, content, message: { ...data.message, content } };
}

/** Objects stay objects: what follows relies on it. */
function sameKind(value: ScriptValue, current: ScriptValue): ScriptValue {
  const wasObject = isPlainObject(current);
  if (wasObject && !isPlainObject(value)) throw invalid("an object, as what it was given");
  return value;
}

function invalid(what: string): LlmspellError {
  return new LlmspellError("hook.invalid", `what a hook answered is not ${what}`);
}
