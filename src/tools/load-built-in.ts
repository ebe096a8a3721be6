import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { LlmspellError } from "../errors.ts";
import { BUILT_IN_TOOLS } from "./built-in-tools.ts";
import type { ToolDescription } from "./registry.ts";
import { describeBuiltIn } from "./describe-built-in.ts";
import type { BuiltInTool } from "./tool.ts";

const requireModule = createRequire(import.meta.url);
const EXTENSION = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/** Where the build writes what is to be known of the tools before they are loaded. */
const OUTLINES_FILE = new URL("../runtime/tool-outlines.json", import.meta.url);

/** Loads a built-in tool by its name in the table. */
export function loadBuiltIn(name: string): BuiltInTool {
  // From here in the source, and from the one folder that the build puts shared code into.
  const exported = requireModule(`../tools/${BUILT_IN_TOOLS[name]}${EXTENSION}`) as Record<string, unknown>;
  const tool = Object.values(exported).find((each) => (each as Partial<BuiltInTool> | null)?.name === name);
  if (tool) return tool as BuiltInTool;
  throw new LlmspellError("internal.bug", `src/tools/${BUILT_IN_TOOLS[name]}.ts exports no tool named "${name}"`);
}

/** What is known of the built-in tools without loading them: from the build, or by loading those that are asked for. */
export class BuiltInCatalogue {
  readonly #built: Readonly<Record<string, ToolDescription>> | undefined;
  readonly #described = new Map<string, ToolDescription>();
  #aliases: ReadonlyMap<string, string> | undefined;

  constructor() {
    this.#built = existsSync(OUTLINES_FILE)
      ? (JSON.parse(readFileSync(OUTLINES_FILE, "utf8")) as Record<string, ToolDescription>)
      : undefined;
  }

  get names(): string[] {
    return Object.keys(BUILT_IN_TOOLS);
  }

  /** Undefined for a name that is neither a tool's nor an alias of one. */
  describe(name: string): ToolDescription | undefined {
    const own = Object.hasOwn(BUILT_IN_TOOLS, name) ? name : this.#aliasTable().get(name);
    if (own === undefined) return undefined;
    const known = this.#built?.[own] ?? this.#described.get(own);
    if (known) return known;
    const made = describeBuiltIn(loadBuiltIn(own));
    this.#described.set(own, made);
    return made;
  }

  #aliasTable(): ReadonlyMap<string, string> {
    return (this.#aliases ??= new Map(
      this.names.flatMap((name) =>
        (this.describe(name)?.aliases ?? []).map((alias): [string, string] => [alias, name]),
      ),
    ));
  }
}
