import type { CallContext } from "../bridge/call-context.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import type { Guardrail } from "../guardrails/guardrail.ts";
import type { ModelRequest } from "../models/types.ts";
import { compileSchema } from "../schemas/compile-schema.ts";
import { jsonCandidates } from "../schemas/extract-json.ts";
import type { JsonSchema } from "../schemas/json-schema.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { hostFunction } from "./host-function.ts";
import { dropUndefined } from "./llm-request.ts";
import type { AnswerData, StreamPiece } from "./llm-schemas.ts";
import type { EventOrigin } from "../events/event-bus.ts";
import { emitEvent, newOrigin } from "./run-events.ts";
import { guardAnswer, guardrailsOf, guardRequest, guardStream } from "./run-guardrails.ts";
import { chunkHook, hooked, hooksOf } from "./run-hooks.ts";
import { watchBudget } from "./watch-budget.ts";

export interface ModelCallOptions {
  /** Besides the run's own, such as an agent's. */
  guardrails?: readonly Guardrail[] | undefined;
}

type Ask = (request: ModelRequest, origin: EventOrigin) => Promise<AnswerData>;

/** An answer of a model, with the run's hooks, guardrails and `llm.*` events around. Everything that asks a model for an answer comes through here. */
export function callModel(
  ctx: CallContext,
  request: ModelRequest,
  options: ModelCallOptions = {},
): Promise<AnswerData> {
  const ask: Ask = async (settled) => asAnswer(await ctx.call("llm", "generate", [asValue(settled)]));
  return aroundModel(ctx, request, ask, options);
}

/**
 * The same, piece by piece: `onPiece` gets each as it comes, and is waited for. What guardrails look for in answers is held back until
 * it has passed them.
 */
export function streamModel(
  ctx: CallContext,
  request: ModelRequest,
  onPiece: (piece: StreamPiece) => unknown,
  options: ModelCallOptions = {},
): Promise<AnswerData> {
  const subject = request.model ?? "";
  const hook = chunkHook(ctx, subject);
  let rest: (() => Promise<unknown>) | undefined;
  const ask: Ask = async (settled, origin) => {
    const give = (piece: StreamPiece): unknown => {
      tellChunk(ctx, piece, origin);
      return onPiece(piece);
    };
    const show = async (text: string, piece: StreamPiece): Promise<ScriptValue> => {
      const shown = hook ? await hook(text) : text;
      return shown === "" ? null : ((await give({ ...piece, type: "text", text: shown })) as ScriptValue);
    };
    // Another attempt begins anew.
    const guard = guardStream(ctx, allGuardrails(ctx, options), subject);
    rest = guard && (async () => show(guard.end(), { type: "text" }));
    const take = hostFunction((_: ScriptValue, value: ScriptValue) => {
      const piece = value as unknown as StreamPiece;
      if (piece.type !== "text" || !(hook || guard)) return give(piece) as ScriptValue;
      const text = guard ? guard.add(piece.text ?? "") : (piece.text ?? "");
      return text === "" ? null : show(text, piece);
    });
    return asAnswer(await ctx.call("llm", "streamInto", [asValue(settled), take as unknown as ScriptValue]));
  };
  return aroundModel(ctx, request, ask, { ...options, passed: () => rest?.() });
}

/** Calls of tools are told when they run. */
function tellChunk(ctx: CallContext, { type, text = "" }: StreamPiece, origin: EventOrigin): void {
  if (type !== "toolCall" && text !== "") emitEvent(ctx, "llm.chunk", { kind: type, text }, origin);
}

/** The events of an answer that is read piece by piece, with nothing between the model and the script. */
export class StreamEvents {
  readonly #started: number;
  readonly #about: ScriptObject;
  readonly #origin: EventOrigin;
  #over = false;

  constructor(ctx: CallContext, request: ModelRequest) {
    this.#started = ctx.now();
    this.#about = aboutRequest(request);
    this.#origin = newOrigin(ctx);
    emitEvent(ctx, "llm.started", this.#about, this.#origin);
  }

  piece(ctx: CallContext, text: string): void {
    tellChunk(ctx, { type: "text", text }, this.#origin);
  }

  finished(ctx: CallContext, data: AnswerData): void {
    if (this.#over) return;
    this.#over = true;
    tellFinished(ctx, data, this.#started, this.#origin);
  }

  failed(ctx: CallContext, thrown: unknown): void {
    if (this.#over) return;
    this.#over = true;
    tellFailed(ctx, this.#about, thrown, this.#started, this.#origin);
  }
}

/** Whether something stands between a model and the script, so that pieces of an answer cannot be read as they come from it. */
export function isWatched(ctx: CallContext): boolean {
  return !hooksOf(ctx).isEmpty || guardrailsOf(ctx).length > 0;
}

/** The first answer of several models to what is the same request but for the model. */
export function raceModels(ctx: CallContext, requests: readonly ModelRequest[]): Promise<AnswerData> {
  const [first] = requests as [ModelRequest];
  return aroundModel(ctx, first, async ({ model: _, provider: __, ...settled }) => {
    const all = requests.map(({ model, provider }) => dropUndefined({ ...settled, model, provider }));
    return asAnswer(await ctx.call("llm", "race", [all as unknown as ScriptValue]));
  });
}

/** A value that fits the request's schema, with the last answer; usage and cost are those of all rounds. */
export async function objectOfModel(
  ctx: CallContext,
  request: ModelRequest & { schema: JsonSchema },
  repairs: number | undefined,
): Promise<{ value: ScriptValue; response: AnswerData }> {
  let made: { value: ScriptValue; response: AnswerData } | undefined;
  const response = await aroundModel(ctx, request, async (settled) => {
    const args = repairs === undefined ? [asValue(settled)] : [asValue(settled), repairs];
    made = (await ctx.call("llm", "generateObject", args)) as unknown as { value: ScriptValue; response: AnswerData };
    return made.response;
  });
  if (made && made.response.content === response.content) return { value: made.value, response };
  return { value: valueIn(response.content, request.schema), response };
}

/** What a hook or a guardrail left of an answer. */
function valueIn(content: string, schema: JsonSchema): ScriptValue {
  const compiled = compileSchema(schema);
  for (const candidate of jsonCandidates(content)) {
    if (compiled.problems(candidate).length === 0) return candidate as ScriptValue;
  }
  throw new LlmspellError(
    "provider.no_object",
    "what a hook or a guardrail left of the answer does not fit the schema",
    {
      retryable: false,
    },
  );
}

/** `ask` answers with the answer that counts. */
async function aroundModel(
  ctx: CallContext,
  request: ModelRequest,
  ask: Ask,
  options: ModelCallOptions & { passed?: () => Promise<unknown> | undefined } = {},
): Promise<AnswerData> {
  const started = ctx.now();
  const about = aboutRequest(request);
  const origin = newOrigin(ctx);
  emitEvent(ctx, "llm.started", about, origin);
  try {
    const data = await hooked(ctx, "generate", { subject: request.model ?? "", input: request }, async (settled) => {
      const all = allGuardrails(ctx, options);
      if (all.length === 0) return ask(settled, origin);
      const answered = await guardAnswer(ctx, all, await ask(await guardRequest(ctx, all, settled), origin));
      await options.passed?.();
      return answered;
    });
    tellFinished(ctx, data, started, origin);
    return data;
  } catch (thrown) {
    tellFailed(ctx, about, thrown, started, origin);
    throw thrown;
  }
}

function tellFinished(ctx: CallContext, data: AnswerData, started: number, origin: EventOrigin): void {
  const { model, provider, usage, cost, finishReason } = data;
  const fields = { model, provider, usage, cost, finishReason, duration: ctx.now() - started, success: true };
  emitEvent(ctx, "llm.finished", fields, origin);
  watchBudget(ctx, data);
}

function tellFailed(
  ctx: CallContext,
  about: ScriptObject,
  thrown: unknown,
  started: number,
  origin: EventOrigin,
): void {
  const { code, message, details } = toLlmspellError(thrown);
  const fields = { ...about, duration: ctx.now() - started, success: false, error: { code, message } };
  emitEvent(ctx, "llm.failed", fields, origin);
  if (code !== "budget.exceeded") return;
  const { unit = null, limit = null, spent = null } = (details ?? {}) as ScriptObject;
  emitEvent(ctx, "budget.exceeded", { unit, limit, spent }, origin);
}

function allGuardrails(ctx: CallContext, { guardrails = [] }: ModelCallOptions): readonly Guardrail[] {
  const own = guardrailsOf(ctx);
  return guardrails.length === 0 ? own : [...own, ...guardrails];
}

function aboutRequest({ model, provider }: ModelRequest): ScriptObject {
  return { ...(model === undefined ? {} : { model }), ...(provider === undefined ? {} : { provider }) };
}

function asValue(request: ModelRequest): ScriptValue {
  return request as unknown as ScriptValue;
}

function asAnswer(value: ScriptValue): AnswerData {
  return value as unknown as AnswerData;
}
