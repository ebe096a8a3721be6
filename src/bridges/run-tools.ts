import type { CallContext } from "../bridge/call-context.ts";
import type { Stop } from "../bridge/stop.ts";
import { toCamelCase } from "../engine/naming.ts";
import { BuiltInCatalogue } from "../tools/load-built-in.ts";
import { type RegisteredTool, type ToolDescription, ToolRegistry, type ToolShelf } from "../tools/registry.ts";
import { PROGRAM_TOOLS, PROGRAM_TOOLS_BRIDGE } from "./services.ts";
import { checkBuiltIn, runBuiltIn } from "./tool-host.ts";

/** On whose behalf a tool runs. */
export interface ToolCall {
  /** Of the composite call that runs it. */
  ctx: CallContext;
  /** Name of the agent whose model asked for it. */
  agent?: string | undefined;
  /** How many tools that are made of others stand above. */
  depth: number;
  /** Aborts when its time is up. */
  signal?: AbortSignal | undefined;
  /** The same, for what a function of the script calls. */
  stop?: Stop | undefined;
}

/** A tool as a run has it. */
export type RunTool = RegisteredTool<ToolCall>;

const OWNED = {};

/** The run's tools: built-in ones, those of the program around it, and what the script registered. */
export function toolsOf(ctx: CallContext): ToolRegistry<ToolCall> {
  return ctx.own(OWNED, () => {
    const registry = new ToolRegistry(builtInShelf());
    for (const description of ctx.use(PROGRAM_TOOLS)) registry.add(programTool(description));
    return registry;
  });
}

function programTool(description: ToolDescription): RunTool {
  const method = toCamelCase(description.name);
  return {
    ...description,
    run: (args, { ctx, signal }) => ctx.call(PROGRAM_TOOLS_BRIDGE, method, [args], { signal }),
  };
}

function builtInShelf(): ToolShelf<ToolCall> {
  const catalogue = new BuiltInCatalogue();
  const made = new Map<string, RunTool>();
  return {
    names: catalogue.names,
    get(given) {
      const description = catalogue.describe(given);
      if (!description) return undefined;
      const { name } = description;
      const known = made.get(name);
      if (known) return known;
      const tool: RunTool = {
        ...description,
        run: (args, { ctx }) => runBuiltIn(name, args, ctx),
        check: (args) => checkBuiltIn(name, args),
      };
      made.set(name, tool);
      return tool;
    },
  };
}
