import type { CallContext } from "../bridge/call-context.ts";
import { applyGuardrails, needsWhole, type GuardPorts } from "../guardrails/apply-guardrails.ts";
import type { Guardrail, Violation } from "../guardrails/guardrail.ts";
import { StreamGuard } from "../guardrails/stream-guard.ts";
import type { ModelMessage, ModelRequest } from "../models/types.ts";
import { isPlainObject, type ScriptObject, type ScriptValue, TextValue } from "../values/script-value.ts";
import type { AnswerData } from "./llm-schemas.ts";
import { emitEvent } from "./run-events.ts";

const REGISTRY = {};

/** The guardrails of a run, in the order of registration. */
export function guardrailsOf(ctx: CallContext): Guardrail[] {
  return ctx.own<Guardrail[]>(REGISTRY, () => []);
}

/** What guardrails use, for the call that they guard. */
export function guardPorts(ctx: CallContext): GuardPorts {
  return {
    call: (run) => ctx.runKept(run),
    async ask(prompt, model) {
      const request = {
        messages: [{ role: "user", content: prompt }],
        temperature: 0,
        maxTokens: 10,
        ...(model === true ? {} : { model }),
      };
      const answer = (await ctx.call("llm", "generate", [request as unknown as ScriptValue])) as ScriptObject;
      return String(answer.content);
    },
    triggered({ name, action }, { stage, subject }, violations) {
      const told = violations.map((each) => ({ ...each }));
      emitEvent(ctx, "guardrail.triggered", { guardrail: name, stage, action, subject, violations: told });
      if (action === "warn")
        ctx.log({ level: "warn", message: `the guardrail "${name}" found in the ${stage}: ${violations[0]?.message}` });
    },
  };
}

/** What a model is asked, past the guardrails: every message but the system's. */
export async function guardRequest(
  ctx: CallContext,
  all: readonly Guardrail[],
  request: ModelRequest,
): Promise<ModelRequest> {
  const slots: {
    text: string;
    where: string;
    put(message: ModelMessage, text: string): ModelMessage;
    index: number;
  }[] = [];
  for (const [index, { role, content }] of request.messages.entries()) {
    if (role === "system") continue;
    const where = `messages[${index}]`;
    if (typeof content === "string") {
      slots.push({ text: content, where, index, put: (message, text) => ({ ...message, content: text }) });
      continue;
    }
    for (const [place, part] of content.entries()) {
      if (part.type !== "text") continue;
      slots.push({ text: part.text, where, index, put: (message, text) => withPart(message, place, text) });
    }
  }
  const subject = {
    stage: "input" as const,
    value: request.messages as unknown as ScriptValue,
    texts: slots,
    subject: request.model ?? "",
  };
  const { texts, changed } = await applyGuardrails(all, subject, guardPorts(ctx));
  if (!changed) return request;
  const messages = [...request.messages];
  for (const [at, { index, put }] of slots.entries())
    messages[index] = put(messages[index] as ModelMessage, texts[at] as string);
  return { ...request, messages };
}

function withPart(message: ModelMessage, place: number, text: string): ModelMessage {
  if (typeof message.content === "string") return message;
  return {
    ...message,
    content: message.content.map((part, index) => (index === place ? { type: "text" as const, text } : part)),
  };
}

/** A model's answer, past the guardrails. */
export async function guardAnswer(ctx: CallContext, all: readonly Guardrail[], data: AnswerData): Promise<AnswerData> {
  const texts = [{ text: data.content, where: "content" }];
  const subject = { stage: "output" as const, value: data.content, texts, subject: data.model };
  const {
    texts: [content = ""],
    changed,
  } = await applyGuardrails(all, subject, guardPorts(ctx));
  return changed ? { ...data, content, message: { ...data.message, content } } : data;
}

/** A tool's input or output, past those of the tool stage: every text in it, wherever it stands. */
export async function guardTool<T extends ScriptValue>(
  ctx: CallContext,
  all: readonly Guardrail[],
  side: "input" | "output",
  tool: string,
  value: T,
): Promise<T> {
  if (!all.some(({ on, enabled }) => enabled && on === "tool")) return value;
  const texts: { text: string; where: string }[] = [];
  collect(value, side, texts, 0);
  const applied = await applyGuardrails(all, { stage: "tool", value, texts, subject: tool }, guardPorts(ctx));
  if (!applied.changed) return value;
  let at = 0;
  return rebuild(value, () => applied.texts[at++] as string, 0) as T;
}

const MAX_DEPTH = 64;

function collect(value: ScriptValue, where: string, texts: { text: string; where: string }[], depth: number): void {
  if (depth > MAX_DEPTH) return;
  if (typeof value === "string") texts.push({ text: value, where });
  else if (value instanceof TextValue) texts.push({ text: value.text, where });
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) collect(item, `${where}[${index}]`, texts, depth + 1);
  else if (isPlainObject(value))
    for (const [key, item] of Object.entries(value)) collect(item, `${where}.${key}`, texts, depth + 1);
}

/** The same walk as `collect`, putting the texts back. */
function rebuild(value: ScriptValue, next: () => string, depth: number): ScriptValue {
  if (depth > MAX_DEPTH) return value;
  if (typeof value === "string") return next();
  if (value instanceof TextValue) return new TextValue(next(), value.fields);
  if (Array.isArray(value)) return value.map((item) => rebuild(item, next, depth + 1));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, rebuild(item, next, depth + 1)]),
  ) as ScriptObject;
}

/** How pieces of a streamed answer pass the guardrails. */
export interface GuardedStream {
  /** What may be shown after a further piece. */
  add(text: string): string;
  /** And what at the end, once the whole answer has passed. */
  end(): string;
}

/** Undefined where no guardrail looks at answers. */
export function guardStream(ctx: CallContext, all: readonly Guardrail[], subject: string): GuardedStream | undefined {
  const triggered = (guardrail: Guardrail, violations: readonly Violation[]) =>
    guardPorts(ctx).triggered(guardrail, { stage: "output", subject }, violations);
  const guard = new StreamGuard(all, subject, triggered);
  if (needsWhole(all, "output")) {
    let whole = "";
    return {
      add(text) {
        whole += text;
        return "";
      },
      end: () => guard.add(whole) + guard.end(),
    };
  }
  return guard.idle ? undefined : guard;
}
