import { anything } from "../bridge/any-schema.ts";
import { type BridgeDefinition, defineBridge, method } from "../bridge/define-bridge.ts";
import { type BridgeOutline, outlineOf } from "../bridge/outline.ts";
import { PROGRAM_TOOLS_BRIDGE } from "../bridges/services.ts";
import { toCamelCase } from "../engine/naming.ts";
import { LlmspellError } from "../errors.ts";
import type { ToolDescription } from "../tools/registry.ts";
import { fromNative, toNative } from "../values/native.ts";
import type { ScriptObject } from "../values/script-value.ts";
import { builtInBridges } from "./bridge-sources.ts";

/** A tool of the program that runs spells: callable by them, by agents and workflows, and describable to a model. */
export interface ToolDefinition {
  /** Letters, digits and underscores. Scripts call it as `tools.name(args)`. */
  name: string;
  /** What it does and when to use it, for the model. */
  description: string;
  /** JSON Schema of the arguments, an object. Default: any object. Arguments one after the other follow its order. */
  parameters?: { readonly [keyword: string]: unknown };
  /** JSON Schema of what it answers. Documentation alone. */
  returns?: { readonly [keyword: string]: unknown };
  /** Default `custom`. */
  category?: string;
  tags?: readonly string[];
  version?: string;
  /** Leaves the world as it is. */
  readOnly?: boolean;
  /** A person is asked before a model's call of it runs. */
  destructive?: boolean;
  /** The same. */
  requiresConfirmation?: boolean;
  /** Milliseconds that a call may take. Default 60,000. */
  timeoutMs?: number;
  /** Gets validated arguments as native data; its result becomes a ScriptValue. */
  execute(args: Record<string, unknown>): unknown;
}

/** Tools of a program, as its runtime needs them. */
export interface ProgramTools {
  /** What the registry of each run knows of them. */
  descriptions: ToolDescription[];
  /** Runs them on the program's thread. */
  bridge: BridgeDefinition;
  /** What a worker knows of this bridge, which is no global of scripts. */
  outline: BridgeOutline;
}

const TIMEOUT_MS = 60_000;

/** Throws `config.invalid` for a name that no script could write, or that is taken. */
export function createProgramTools(tools: readonly ToolDefinition[]): ProgramTools {
  const methods: Record<string, BridgeDefinition["methods"][string]> = {};
  const taken = builtInBridges().find(({ outline }) => outline.name === "tools")?.outline.methods ?? [];
  for (const tool of tools) {
    const name = toCamelCase(tool.name);
    if (!/^[a-z_]\w*$/i.test(tool.name) || Object.hasOwn(methods, name) || taken.some((each) => each.name === name)) {
      throw new LlmspellError("config.invalid", `"${tool.name}" cannot be the name of a tool`, {
        hint: "Use letters, digits and underscores, each name once, and none of the functions of `tools`.",
      });
    }
    methods[name] = method({
      summary: tool.description,
      input: { args: anything },
      output: anything,
      effect: "write",
      run: async ({ args }) => fromNative(await tool.execute(toNative((args ?? {}) as ScriptObject) as never)),
    });
  }
  const bridge = defineBridge({
    name: PROGRAM_TOOLS_BRIDGE,
    summary: "Tools of the program that runs the spell.",
    methods,
  });
  const outline = outlineOf(bridge);
  return {
    descriptions: tools.map(describe),
    bridge,
    outline: { ...outline, methods: outline.methods.map((each) => ({ ...each, internal: true })) },
  };
}

function describe(tool: ToolDefinition): ToolDescription {
  const { parameters = { type: "object" }, readOnly = false, destructive = false } = tool;
  return {
    name: tool.name,
    description: tool.description,
    source: "program",
    category: tool.category ?? "custom",
    tags: [...(tool.tags ?? [])],
    aliases: [],
    version: tool.version,
    parameters,
    positional: Object.keys((parameters.properties ?? {}) as object),
    returns: tool.returns,
    examples: [],
    permissions: [],
    readOnly,
    destructive,
    requiresConfirmation: tool.requiresConfirmation ?? false,
    idempotent: readOnly,
    deterministic: false,
    timeoutMs: tool.timeoutMs ?? TIMEOUT_MS,
  };
}
