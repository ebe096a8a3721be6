import { LlmspellError } from "../errors.ts";
import { coerce } from "../schemas/coerce.ts";
import { type CompiledSchema, compileSchema, type SchemaProblem } from "../schemas/compile-schema.ts";
import type { JsonSchema } from "../schemas/json-schema.ts";
import { nearestName } from "../values/nearest-name.ts";
import { isPlainObject, type ScriptObject, type ScriptValue, setKey } from "../values/script-value.ts";

export interface CheckedArguments {
  /** Converted where nothing is lost, defaults filled in; see `coerce`. */
  value: ScriptObject;
  /** All that is wrong with them; empty when they fit. */
  problems: SchemaProblem[];
}

/** What a tool's parameters say of its arguments. Throws `schema.invalid` for parameters that are no schema. */
export class ArgumentsCheck {
  readonly #parameters: JsonSchema;
  readonly #schema: CompiledSchema;
  readonly #names: readonly string[];

  constructor(parameters: JsonSchema) {
    this.#parameters = parameters;
    this.#schema = compileSchema(parameters);
    this.#names = parameterNames(parameters);
  }

  check(given: ScriptObject): CheckedArguments {
    const value = coerce(given, this.#parameters) as ScriptObject;
    const missing = this.#missing(value);
    const unknown = this.#unknown(value);
    const named = [
      ...missing.map((name) => ({ path: "", message: `"${name}" is missing` })),
      ...unknown.map((name) => ({ path: "", message: `there is no "${name}"${this.#instead(name)}` })),
    ];
    const said = new Set(unknown.map((name) => `/${name}`));
    const found = this.#schema
      .problems(value)
      .filter(({ path }) => !said.has(path) && (named.length === 0 || path !== ""));
    return { value, problems: [...named, ...found.map(inPlainWords)] };
  }

  #missing(value: ScriptObject): string[] {
    const { required } = this.#parameters;
    return (Array.isArray(required) ? (required as string[]) : []).filter((name) => !Object.hasOwn(value, name));
  }

  #unknown(value: ScriptObject): string[] {
    const { additionalProperties, patternProperties } = this.#parameters;
    if (additionalProperties !== false || patternProperties !== undefined) return [];
    return Object.keys(value).filter((name) => !this.#names.includes(name));
  }

  #instead(name: string): string {
    const near = nearestName(name, this.#names);
    if (near !== undefined) return ` (did you mean "${near}"?)`;
    return this.#names.length === 0 ? "; it takes no arguments" : ` (known: ${this.#names.join(", ")})`;
  }

  /**
   * Arguments by name from how a script gives them: one object of them, or one after the other in the order of
   * `positional`. One object is the first argument itself where that wants an object and no key is a parameter's name.
   * Throws `tool.invalid_arguments` for more than have a position.
   */
  byName({ name: tool, positional }: Positioned, given: readonly ScriptValue[]): ScriptObject {
    const list = [...given];
    while (list.length > 0 && (list.at(-1) === undefined || list.at(-1) === null)) list.pop();
    const [first] = list;
    if (list.length === 1 && isPlainObject(first) && !this.#isFirst(first, positional[0])) return first;
    if (list.length > positional.length)
      throw invalidArguments(tool, [{ path: "", message: this.#tooMany(list.length, positional) }]);
    const byName: ScriptObject = {};
    for (const [index, value] of list.entries()) {
      if (value !== undefined && value !== null) setKey(byName, positional[index] as string, value);
    }
    return byName;
  }

  #tooMany(count: number, positional: readonly string[]): string {
    const given = `${count} argument${count === 1 ? " is" : "s are"} given one after the other`;
    if (positional.length >= this.#names.length && positional.length > 0)
      return `${given}, it takes ${positional.length} (${positional.join(", ")})`;
    const known = this.#names.length > 0 ? ` (${this.#names.join(", ")})` : "";
    return `${given}; give one object of them by name${known}, or list their order as the tool's "positional"`;
  }

  #isFirst(given: ScriptObject, name: string | undefined): boolean {
    if (name === undefined || Object.keys(given).some((key) => this.#names.includes(key))) return false;
    const first = propertiesOf(this.#parameters)[name];
    if (!isPlainObject(first)) return false;
    return first.type === undefined ? isPlainObject(first.properties) : [first.type].flat().includes("object");
  }
}

/** A tool, as far as the order of its arguments goes. */
interface Positioned {
  name: string;
  /** Names of the arguments that can be given one after the other. */
  positional: readonly string[];
}

const TYPE_PROBLEM = /^Instance type "(\w+)" is invalid\. Expected "(.+)"\.$/;

function inPlainWords({ path, message }: SchemaProblem): SchemaProblem {
  const [, given, wanted] = TYPE_PROBLEM.exec(message) ?? [];
  return {
    path,
    message: wanted === undefined ? message : `expected ${wanted.replaceAll('", "', " or ")}, got ${given}`,
  };
}

/**
 * The order of the arguments of a tool whose schema comes from a language without an order of keys: the only one there
 * is, or the only one that must be there.
 */
export function soleParameter(parameters: JsonSchema): string[] {
  const names = parameterNames(parameters);
  const required = Array.isArray(parameters.required) ? (parameters.required as string[]) : [];
  return names.length === 1 ? names : required.length === 1 ? required : [];
}

export function parameterNames(parameters: JsonSchema): string[] {
  return Object.keys(propertiesOf(parameters));
}

function propertiesOf({ properties }: JsonSchema): ScriptObject {
  return isPlainObject(properties) ? properties : {};
}

/** Names every problem at once. */
export function invalidArguments(tool: string, problems: readonly SchemaProblem[]): LlmspellError {
  const texts = problems.map(({ path, message }) =>
    path === "" ? message : `${path.slice(1).replaceAll("/", ".")}: ${message.replace(/\.$/, "")}`,
  );
  return new LlmspellError("tool.invalid_arguments", `the arguments of "${tool}" do not fit: ${texts.join("; ")}`, {
    details: { tool, problems: problems.map(({ path, message }) => ({ path, message })) },
    hint: `tools.schema("${tool}") shows what it takes.`,
  });
}
