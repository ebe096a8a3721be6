import { anything } from "../bridge/any-schema.ts";
import { serviceKey } from "../bridge/call-context.ts";
import type { BridgeSource } from "../bridge/catalogue.ts";
import { type BridgeDefinition, defineBridge, method } from "../bridge/define-bridge.ts";
import type { BridgeOutline } from "../bridge/outline.ts";
import { LlmspellError } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { pack, unpack } from "../values/transport.ts";
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
        const call = ++this.#calls;
        this.#waiting.set(call, (outcome) => {
          if (outcome.ok) resolve(unpack(outcome.value));
          else reject(LlmspellError.fromData(outcome.error));
        });
        this.#send({ type: "remote-call", ticket, call, bridge, method: name, args: args.map(pack) });
      });
  }

  settle(call: number, outcome: RunOutcome): void {
    this.#waiting.get(call)?.(outcome);
    this.#waiting.delete(call);
  }

  /** A bridge of which only the outline is here. Arguments are validated where the method runs. */
  source(outline: BridgeOutline): BridgeSource {
    return { outline, load: () => remoteDefinition(outline) };
  }
}

function remoteDefinition(outline: BridgeOutline): BridgeDefinition {
  const methods = outline.methods.map(({ name }) => [
    name,
    method({
      summary: "",
      input: {},
      rest: anything,
      output: anything,
      effect: "write",
      run: ({ rest }, ctx) => ctx.use(REMOTE)(outline.name, name, rest),
    }),
  ]);
  return defineBridge({ name: outline.name, summary: "", methods: Object.fromEntries(methods) });
}
