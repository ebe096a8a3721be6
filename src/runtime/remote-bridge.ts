import { anything } from "../bridge/any-schema.ts";
import { serviceKey } from "../bridge/call-context.ts";
import type { BridgeSource } from "../bridge/catalogue.ts";
import { type BridgeDefinition, defineBridge, method } from "../bridge/define-bridge.ts";
import type { BridgeOutline } from "../bridge/outline.ts";
import { tagSchema } from "../bridge/schema-tags.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import { Handle, isPlainObject, ScriptFunction, type ScriptValue } from "../values/script-value.ts";
import { pack, unpack } from "../values/transport.ts";
import type { People, PersonAnswer } from "../bridges/services.ts";
import type { FromWorker, RunOutcome } from "./protocol.ts";

/** Calls a method on the supervisor's thread, for one run. */
export type RemoteCall = (bridge: string, method: string, args: readonly ScriptValue[]) => Promise<ScriptValue>;

export const REMOTE = serviceKey<RemoteCall>("remote");

/** The worker's side of bridges that a library user gave as functions: they run where the user's code lives, always async. */
export class RemoteCalls {
  readonly #send: (message: FromWorker) => void;
  readonly #waiting = new Map<number, (outcome: RunOutcome) => void>();
  #calls = 0;

  constructor(send: (message: FromWorker) => void) {
    this.#send = send;
  }

  /** The caller of one run. */
  of(ticket: number): RemoteCall {
    return (bridge, name, args) =>
      new Promise((resolve, reject) => {
        rejectReferences(args, `${bridge}.${name}`);
        const call = ++this.#calls;
        this.#waiting.set(call, (outcome) => {
          if (outcome.ok) resolve(unpack(outcome.value));
          else reject(LlmspellError.fromData(outcome.error));
        });
        this.#send({ type: "remote-call", ticket, call, bridge, method: name, args: args.map(pack) });
      });
  }

  /** The person behind one run, whom the supervisor's program asks. */
  people(ticket: number): People {
    return {
      ask: async (question, signal) => {
        signal.throwIfAborted();
        const { promise, resolve, reject } = Promise.withResolvers<RunOutcome>();
        const call = ++this.#calls;
        const withdraw = () => {
          this.#waiting.delete(call);
          const reason = toLlmspellError(signal.reason, "run.aborted");
          this.#send({ type: "question-withdrawn", ticket, call, reason: reason.toData() });
          reject(reason);
        };
        this.#waiting.set(call, resolve);
        signal.addEventListener("abort", withdraw, { once: true });
        this.#send({
          type: "question",
          ticket,
          call,
          question: { ...question, details: pack(question.details ?? null) as ScriptValue },
        });
        const outcome = await promise.finally(() => signal.removeEventListener("abort", withdraw));
        if (outcome.ok) return outcome.value as PersonAnswer;
        throw LlmspellError.fromData(outcome.error);
      },
    };
  }

  settle(call: number, outcome: RunOutcome): void {
    this.#waiting.get(call)?.(outcome);
    this.#waiting.delete(call);
  }

  /** A bridge of which only the outline is here. Arguments are validated where the method runs; every method waits. */
  source(outline: BridgeOutline): BridgeSource {
    const methods = outline.methods.map(({ name, internal, native }) => ({
      name,
      ...(internal ? { internal } : {}),
      ...(native ? { native } : {}),
    }));
    return { outline: { ...outline, methods, handles: [] }, load: () => remoteDefinition(outline) };
  }
}

const presented = tagSchema({ ...anything }, { presented: true });

/** What lives in this thread's VM alone cannot be used on another. */
function rejectReferences(value: ScriptValue | readonly ScriptValue[], method: string): void {
  if (value instanceof ScriptFunction || value instanceof Handle) {
    const what = value instanceof ScriptFunction ? `a function (${value.name})` : `a ${value.type}`;
    throw new LlmspellError("value.unsupported", `${what} cannot reach ${method}, which runs on another thread`, {
      hint: "Give the bridge as a module (extensions): its methods then run beside the script.",
    });
  }
  if (Array.isArray(value)) for (const item of value as readonly ScriptValue[]) rejectReferences(item, method);
  else if (isPlainObject(value)) for (const item of Object.values(value)) rejectReferences(item, method);
}

function remoteDefinition(outline: BridgeOutline): BridgeDefinition {
  const methods = outline.methods.map(({ name, renews }) => [
    name,
    method({
      summary: "",
      input: {},
      rest: anything,
      output: presented,
      effect: "write",
      ...(renews ? { renews } : {}),
      run: ({ rest }, ctx) => ctx.use(REMOTE)(outline.name, name, rest),
    }),
  ]);
  return defineBridge({ name: outline.name, summary: "", methods: Object.fromEntries(methods) });
}
