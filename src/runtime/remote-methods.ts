import { BridgeCatalogue } from "../bridge/catalogue.ts";
import type { BridgeDefinition } from "../bridge/define-bridge.ts";
import { Dispatcher } from "../bridge/dispatcher.ts";
import { DEFAULT_HOST_LIMITS } from "../bridge/run-ports.ts";
import { createBudget } from "../budget/budget.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import { MemoryJournal } from "../journal/memory-journal.ts";
import { pack, unpack } from "../values/transport.ts";
import { sourceOf } from "./bridge-sources.ts";
import type { RemoteMethod } from "./supervisor.ts";

/** The supervisor's side of bridges that run on the user's thread: validated here; journaled and counted in the worker. */
export function createRemoteMethods(
  bridges: readonly BridgeDefinition[],
): (bridge: string, method: string) => RemoteMethod | undefined {
  const catalogue = new BridgeCatalogue(bridges.map(sourceOf));
  return (bridge, method) => async (args, runId) => {
    try {
      const dispatcher = new Dispatcher(catalogue, portsOf(runId));
      const value = await dispatcher.call(refOf(catalogue, bridge, method), (args as unknown[]).map(unpack));
      return { ok: true, value: pack(value) };
    } catch (error) {
      return { ok: false, error: toLlmspellError(error, "bridge.failed").toData() };
    }
  };
}

function refOf(catalogue: BridgeCatalogue, bridge: string, method: string): number {
  const ref = catalogue.shapes.find(({ name }) => name === bridge)?.methods.find(({ name }) => name === method)?.ref;
  if (ref !== undefined) return ref;
  throw new LlmspellError("method.unknown", `there is no method ${bridge}.${method}`);
}

/** Of a call that stands outside of any run: nothing is refused, kept or told. */
export function portsOf(runId: string): ConstructorParameters<typeof Dispatcher>[1] {
  return {
    runId,
    naming: "camel",
    limits: DEFAULT_HOST_LIMITS,
    journal: new MemoryJournal(),
    replay: undefined,
    policy: { check: () => undefined },
    budget: createBudget(),
    hooks: [],
    signal: new AbortController().signal,
    services: new Map(),
    clock: { real: Date.now, journaled: Date.now },
    observe: undefined,
    print: () => undefined,
    write: () => undefined,
    log: () => undefined,
    condemn: () => undefined,
  };
}
