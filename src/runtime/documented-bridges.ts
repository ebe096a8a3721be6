import { type BridgeDefinition, method, type Parameters } from "../bridge/define-bridge.ts";
import { BUILT_IN_TOOLS } from "../tools/built-in-tools.ts";
import { loadBuiltIn } from "../tools/load-built-in.ts";
import type { BuiltInTool } from "../tools/tool.ts";
import { BRIDGE_NAMES, loadBridge } from "./bridge-sources.ts";

/** Our own bridges as documentation and editors see them: with the built-in tools as methods of `tools`. Loads them all. */
export function documentedBridges(): BridgeDefinition[] {
  return BRIDGE_NAMES.map((name) => (name === "tools" ? withBuiltInTools(loadBridge(name)) : loadBridge(name)));
}

function withBuiltInTools(bridge: BridgeDefinition): BridgeDefinition {
  const tools = Object.keys(BUILT_IN_TOOLS).map((name) => [name, toolMethod(loadBuiltIn(name))]);
  return { ...bridge, methods: { ...Object.fromEntries(tools), ...bridge.methods } };
}

/** Called with an object of its arguments, or with them one after the other. */
function toolMethod({ description, parameters, returns }: BuiltInTool): BridgeDefinition["methods"][string] {
  const shape = parameters.shape as Parameters;
  const optional = Object.values(shape).every(({ _zod }) => _zod.optin !== undefined);
  const byName = { args: optional ? parameters.optional() : parameters };
  return method({
    summary: description,
    input: byName,
    output: returns,
    signatures: [
      { input: byName, output: returns },
      ...(Object.keys(shape).length === 0 ? [] : [{ input: shape, output: returns }]),
    ],
    effect: "composite",
    run: () => null,
  });
}
