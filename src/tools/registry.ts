import { toCamelCase, toSnakeCase } from "../engine/naming.ts";
import { LlmspellError } from "../errors.ts";
import type { JsonSchema } from "../schemas/json-schema.ts";
import type { SchemaProblem } from "../schemas/compile-schema.ts";
import { nearestName } from "../values/nearest-name.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { ArgumentsCheck } from "./check-arguments.ts";
import type { ToolExample } from "./tool.ts";
import { ToolUsage } from "./usage.ts";

/** Where a tool comes from. */
export type ToolSource = "builtin" | "script" | "program" | "spell" | "composed" | "mcp";

/** What can be known of a tool without running it. Plain JSON. */
export interface ToolDescription {
  name: string;
  /** What it does and when to use it, for the model. */
  description: string;
  source: ToolSource;
  category: string;
  tags: readonly string[];
  /** Other names that find it. */
  aliases: readonly string[];
  version?: string | undefined;
  /** Of an object: the arguments by name. */
  parameters: JsonSchema;
  /** Names of the arguments that can be given one after the other, in order. */
  positional: readonly string[];
  returns?: JsonSchema | undefined;
  examples: readonly ToolExample[];
  /** Capabilities that the policy is asked for. */
  permissions: readonly string[];
  /** Leaves the world as it is. */
  readOnly: boolean;
  /** May overwrite or remove what cannot be had back. */
  destructive: boolean;
  /** A person is asked before a model's call of it runs. */
  requiresConfirmation: boolean;
  /** The same call twice leaves the world as once. */
  idempotent: boolean;
  /** The same arguments always give the same result. */
  deterministic: boolean;
  /** US dollars a call. */
  cost?: number | undefined;
  /** Longest run in milliseconds. Default: as long as its parts take. */
  timeoutMs?: number | undefined;
}

/** A tool that can be run. `Call` is what the caller hands through, e.g. the context of a bridge call. */
export interface RegisteredTool<Call> extends ToolDescription {
  /** Gets arguments that fit `parameters`. */
  run(args: ScriptObject, call: Call): ScriptValue | Promise<ScriptValue>;
  /** What is wrong with arguments that fit `parameters` besides. */
  check?(args: ScriptObject): SchemaProblem[];
  /** Called when it leaves the registry. */
  dispose?(): void;
}

/** Tools that are there from the beginning, each made when it is first asked for. */
export interface ToolShelf<Call> {
  readonly names: readonly string[];
  get(name: string): RegisteredTool<Call> | undefined;
}

/** What a listing is narrowed to. */
export interface ToolFilter {
  category?: string | undefined;
  tag?: string | undefined;
  source?: ToolSource | undefined;
  /** A capability that it declares. */
  permission?: string | undefined;
  destructive?: boolean | undefined;
}

/** The tools of one run by name. A tool that is added takes the place of a built-in one of the same name. */
export class ToolRegistry<Call> {
  readonly usage = new ToolUsage();
  readonly #shelf: ToolShelf<Call>;
  readonly #added = new Map<string, RegisteredTool<Call>>();
  readonly #checks = new WeakMap<JsonSchema, ArgumentsCheck>();

  constructor(shelf: ToolShelf<Call>) {
    this.#shelf = shelf;
  }

  /** Throws `tool.exists` for a name that another added tool has, unless `replace`. */
  add(tool: RegisteredTool<Call>, replace = false): void {
    const old = this.#added.get(tool.name);
    if (old && !replace) {
      throw new LlmspellError("tool.exists", `there is a tool named "${tool.name}" already`, {
        details: { tool: tool.name, source: old.source },
        hint: "Choose another name, unregister the old one first, or pass replace: true.",
      });
    }
    old?.dispose?.();
    this.#added.set(tool.name, tool);
  }

  /** By name or alias, in snake_case or camelCase. */
  find(name: string): RegisteredTool<Call> | undefined {
    for (const spelled of new Set([name, toSnakeCase(name), toCamelCase(name)])) {
      const tool = this.#added.get(spelled) ?? this.#shelf.get(spelled);
      if (tool) return tool;
    }
    return undefined;
  }

  /** The tool that a mistyped name most likely means. */
  nearest(name: string): string | undefined {
    return nearestName(toSnakeCase(name), this.names);
  }

  /** Throws `tool.unknown`; its hint is `advice` where no name is near. */
  get(name: string, advice = "tools.list() names all; tools.search(text) finds some."): RegisteredTool<Call> {
    const tool = this.find(name);
    if (tool) return tool;
    const near = this.nearest(name);
    throw new LlmspellError("tool.unknown", `there is no tool named "${name}"`, {
      details: { tool: name },
      hint: near === undefined ? advice : `Did you mean "${near}"?`,
    });
  }

  /** What the parameters of a tool say of its arguments: also of one that is not registered. */
  argumentsOf({ parameters }: ToolDescription): ArgumentsCheck {
    const known = this.#checks.get(parameters);
    if (known) return known;
    const made = new ArgumentsCheck(parameters);
    this.#checks.set(parameters, made);
    return made;
  }

  /** Takes an added tool away; a built-in one of its name is there again. False where there was none. */
  remove(name: string): boolean {
    const tool = this.#added.get(name);
    tool?.dispose?.();
    return this.#added.delete(name);
  }

  get names(): string[] {
    return [...new Set([...this.#shelf.names, ...this.#added.keys()])].toSorted();
  }

  /** By name. */
  list(filter: ToolFilter = {}): RegisteredTool<Call>[] {
    return this.names.map((name) => this.get(name)).filter((tool) => fits(tool, filter));
  }

  categories(): { name: string; count: number }[] {
    const counts = new Map<string, number>();
    for (const { category } of this.list()) counts.set(category, (counts.get(category) ?? 0) + 1);
    return [...counts].map(([name, count]) => ({ name, count })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Tools that hold every word, the closest first: a name counts more than a tag, a tag more than a description. */
  search(text: string): RegisteredTool<Call>[] {
    const words = text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== "");
    const found = this.list().map((tool) => ({ tool, score: scoreOf(tool, words) }));
    return found
      .filter(({ score }) => score > 0)
      .toSorted((a, b) => b.score - a.score)
      .map(({ tool }) => tool);
  }
}

function fits(tool: ToolDescription, { category, tag, source, permission, destructive }: ToolFilter): boolean {
  return (
    (category === undefined || tool.category === category) &&
    (tag === undefined || tool.tags.includes(tag)) &&
    (source === undefined || tool.source === source) &&
    (permission === undefined || tool.permissions.includes(permission)) &&
    (destructive === undefined || tool.destructive === destructive)
  );
}

function scoreOf(tool: ToolDescription, words: readonly string[]): number {
  const names = [tool.name, ...tool.aliases].map((name) => name.toLowerCase());
  const tags = [...tool.tags, tool.category].map((tag) => tag.toLowerCase());
  const description = tool.description.toLowerCase();
  let sum = 0;
  for (const word of words) {
    const score =
      (names.some((name) => name.split(/[_-]/).includes(word))
        ? 8
        : names.some((name) => name.includes(word))
          ? 4
          : 0) +
      (tags.some((tag) => tag.includes(word)) ? 2 : 0) +
      (description.includes(word) ? 1 : 0);
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}
