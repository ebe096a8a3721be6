import type { CallContext } from "../bridge/call-context.ts";
import { toLlmspellError } from "../errors.ts";
import type { ModelRequest } from "../models/types.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { hostFunction } from "./host-function.ts";
import { dropUndefined } from "./llm-request.ts";
import type { AnswerData, StreamPiece } from "./llm-schemas.ts";
import { emitEvent, newOrigin } from "./run-events.ts";
import { chunkHook, hooked } from "./run-hooks.ts";

/** An answer of a model, with the run's hooks, guardrails and `llm.*` events around. Everything that asks a model for an answer comes through here. */
export function callModel(ctx: CallContext, request: ModelRequest): Promise<AnswerData> {
  return aroundModel(ctx, request, async (settled) => asAnswer(await ctx.call("llm", "generate", [asValue(settled)])));
}

/** The same, piece by piece: `onPiece` gets each as it comes, and is waited for. */
export function streamModel(
  ctx: CallContext,
  request: ModelRequest,
  onPiece: (piece: StreamPiece) => unknown,
): Promise<AnswerData> {
  const hook = chunkHook(ctx, request.model ?? "");
  const give = hostFunction((_: ScriptValue, value: ScriptValue) => {
    const piece = value as unknown as StreamPiece;
    if (!hook || piece.type !== "text") return onPiece(piece) as ScriptValue;
    return hook(piece.text ?? "").then((text) => onPiece({ ...piece, text })) as Promise<ScriptValue>;
  });
  return aroundModel(ctx, request, async (settled) =>
    asAnswer(await ctx.call("llm", "streamInto", [asValue(settled), give as unknown as ScriptValue])),
  );
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
  request: ModelRequest,
  repairs: number | undefined,
): Promise<{ value: ScriptValue; response: AnswerData }> {
  let value: ScriptValue = null;
  const response = await aroundModel(ctx, request, async (settled) => {
    const args = repairs === undefined ? [asValue(settled)] : [asValue(settled), repairs];
    const made = (await ctx.call("llm", "generateObject", args)) as unknown as {
      value: ScriptValue;
      response: AnswerData;
    };
    value = made.value;
    return made.response;
  });
  return { value, response };
}

/** `ask` answers with the answer that counts. */
async function aroundModel(
  ctx: CallContext,
  request: ModelRequest,
  ask: (request: ModelRequest) => Promise<AnswerData>,
): Promise<AnswerData> {
  const started = ctx.now();
  const about = aboutRequest(request);
  const origin = newOrigin(ctx);
  emitEvent(ctx, "llm.started", about, origin);
  try {
    const data = await hooked(ctx, "generate", { subject: request.model ?? "", input: request }, ask);
    const { model, provider, usage, cost, finishReason } = data;
    const fields = {
      model,
      provider,
      usage,
      cost,
      finishReason,
      duration: ctx.now() - started,
      success: true,
    };
    emitEvent(ctx, "llm.finished", fields, origin);
    return data;
  } catch (thrown) {
    const { code, message } = toLlmspellError(thrown);
    const fields = { ...about, duration: ctx.now() - started, success: false, error: { code, message } };
    emitEvent(ctx, "llm.failed", fields, origin);
    throw thrown;
  }
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
