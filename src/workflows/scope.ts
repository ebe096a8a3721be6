import { isPlainObject, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import type { StepResult } from "./definition.ts";

/** What a loop adds to what its steps see. */
export interface Locals {
  item?: ScriptValue;
  index?: number;
  /** From 1. */
  iteration?: number;
  /** Output of the iteration before. */
  last?: ScriptValue;
  /** What the item is called besides. */
  as?: string | undefined;
}

interface Whole {
  workflow: string;
  input: ScriptValue;
  vars: ScriptObject;
}

/** What steps see: the input, the results so far, those around them, and a loop's item. */
export class Scope {
  readonly whole: Whole;
  readonly results: Map<string, StepResult>;
  previous: ScriptValue;
  readonly #outer: Scope | undefined;
  readonly #locals: Locals;

  constructor(whole: Whole, outer?: Scope, locals: Locals = {}, results = new Map<string, StepResult>()) {
    this.whole = whole;
    this.results = results;
    this.#outer = outer;
    this.#locals = locals;
    this.previous = outer?.previous;
  }

  /** Of steps inside of a step. */
  within(locals: Locals = {}): Scope {
    return new Scope(this.whole, this, locals);
  }

  /** Of a step beside others: the same results, a `previous` of its own. */
  beside(): Scope {
    const scope = new Scope(this.whole, this.#outer, this.#locals, this.results);
    scope.previous = this.previous;
    return scope;
  }

  get input(): ScriptValue {
    return this.whole.input;
  }

  get isFirst(): boolean {
    return this.results.size === 0 && (this.#outer?.isFirst ?? true);
  }

  /** Of this scope and those around it, the inner ones first. */
  find(name: string): StepResult | undefined {
    return this.results.get(name) ?? this.#outer?.find(name);
  }

  all(): Record<string, StepResult> {
    return { ...this.#outer?.all(), ...Object.fromEntries(this.results) };
  }

  locals(): Locals {
    return { ...this.#outer?.locals(), ...this.#locals };
  }

  lookup(name: string, more: ScriptObject = {}): ScriptValue {
    if (Object.hasOwn(more, name)) return more[name];
    const local = this.#local(name);
    if (local !== undefined) return local;
    if (name === "input") return this.whole.input;
    if (name === "previous") return this.previous ?? undefined;
    if (name === "vars") return this.whole.vars;
    if (name === "workflow") return { name: this.whole.workflow };
    if (name === "steps") return Object.fromEntries(Object.entries(this.all()).map(([key, each]) => [key, seen(each)]));
    const result = this.find(name);
    if (result) return seen(result);
    const { input } = this.whole;
    return isPlainObject(input) && Object.hasOwn(input, name) ? input[name] : undefined;
  }

  #local(name: string): ScriptValue {
    const { as, ...locals } = this.#locals;
    if (as === name) return locals.item;
    if (Object.hasOwn(locals, name)) return locals[name as keyof typeof locals];
    return this.#outer ? this.#outer.#local(name) : undefined;
  }
}

/** In both spellings: an expression is the same in every language. */
function seen(result: StepResult): ScriptObject {
  return { ...(result as unknown as ScriptObject), duration_ms: result.durationMs };
}
