import type { CallContext } from "../bridge/call-context.ts";
import { BuiltInCatalogue } from "../tools/load-built-in.ts";
import { type RegisteredTool, ToolRegistry, type ToolShelf } from "../tools/registry.ts";
import { runBuiltIn } from "./tool-host.ts";

/** A tool as a run has it. */
export type RunTool = RegisteredTool<CallContext>;

const OWNED = {};

/** The run's tools: built-in ones, and what the script and the program around it registered. */
export function toolsOf(ctx: CallContext): ToolRegistry<CallContext> {
  return ctx.own(OWNED, () => new ToolRegistry(builtInShelf()));
}

function builtInShelf(): ToolShelf<CallContext> {
  const catalogue = new BuiltInCatalogue();
  const made = new Map<string, RunTool>();
  return {
    names: catalogue.names,
    get(name) {
      const description = catalogue.describe(name);
      if (!description) return undefined;
      const known = made.get(description.name);
      if (known) return known;
      const tool: RunTool = { ...description, run: (args, ctx) => runBuiltIn(description.name, args, ctx) };
      made.set(description.name, tool);
      return tool;
    },
  };
}
