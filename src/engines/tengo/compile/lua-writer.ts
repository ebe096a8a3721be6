import type { FuncLit } from "../syntax/ast.ts";
import type { Source } from "../syntax/problems.ts";
import { compileError } from "./analyze.ts";
import { MOST_LEVELS, MOST_LOCALS, MOST_NESTED, MOST_TEMPORARIES } from "./lua-limits.ts";
import { luaVariable } from "./lua-text.ts";
import { type CompiledText, layOut } from "./positions.ts";
import type { Variable } from "./variable.ts";

/** The table of the runtime in a VM's globals; scripts cannot name it. */
const RUNTIME = "__tengo";
/** Locals of a source as a whole: what it takes from the runtime. */
const RUNTIME_LOCALS = 40;

/** A function of the script while its Lua is written. */
interface FunctionState {
  outer: FunctionState | undefined;
  literal: FuncLit | undefined;
  /** Lua locals that are alive. */
  locals: number;
  /** The table of its intermediate results, and how many are in it. */
  table: string | undefined;
  tabled: number;
  /** Of the expression that is being written. */
  depth: number;
  /** By loop, the innermost last: the label that `continue` goes to, once one is needed. */
  labels: (string | undefined)[];
}

interface BlockState {
  outer: BlockState | undefined;
  /** Where its statements begin. */
  start: number;
  localsBefore: number;
  /** The table of its spilled variables. */
  table: string | undefined;
}

/** Lua source while it is written: its lines, the names in it, and how much of Lua's limits is taken. */
export class LuaWriter {
  readonly #source: Source;
  readonly #names = new Map<Variable, string>();
  /** For variables that grow: the name of what says that nothing else holds the list. */
  readonly #owners = new Map<Variable, string>();
  /** What variables are called in the script, by the last part of their Lua names. */
  readonly #scriptNames = new Map<string, string>();
  readonly #runtime = new Set<string>();
  #out: string[] = [];
  #function = functionState(undefined, undefined, RUNTIME_LOCALS);
  #block: BlockState = { outer: undefined, start: 0, localsBefore: 0, table: undefined };
  #level = 0;
  #nextName = 1;

  constructor(source: Source) {
    this.#source = source;
  }

  get function(): FunctionState {
    return this.#function;
  }

  /** `host`: the table of the runtime in which names that the source does not define are found. */
  finish(host: "host" | "session"): CompiledText & { names: ReadonlyMap<string, string> } {
    const names = [...this.#runtime];
    const fields = names.map((name) => `${RUNTIME}.${name === "host" ? host : name}`);
    const header = names.length === 0 ? "" : `local ${names.join(", ")} = ${fields.join(", ")};`;
    const { table } = this.#function;
    const text = layOut([header, ...(table === undefined ? [] : [`local ${table} = {};`]), ...this.#out]);
    return { ...text, names: this.#scriptNames };
  }

  line(text: string): void {
    this.#out.push(`${text};`);
  }

  /** A line that takes no semicolon: the beginning of a block, a label. */
  open(text: string): void {
    this.#out.push(text);
  }

  append(lines: readonly string[]): void {
    for (const line of lines) this.#out.push(line);
  }

  /** A local name for a part of the runtime. */
  rt(name: string): string {
    this.#runtime.add(name);
    return name;
  }

  unique(prefix: string): string {
    return `${prefix}${this.#nextName++}`;
  }

  /** What `body` writes, apart. */
  apart<T>(body: () => T): { value: T; lines: string[] } {
    const outer = this.#out;
    this.#out = [];
    const value = body();
    const lines = this.#out;
    this.#out = outer;
    return { value, lines };
  }

  /** Runs `body`; the Lua locals that it made for intermediate results end with it. */
  enclosed(body: () => void): void {
    const before = this.#function.locals;
    const start = this.#out.length;
    body();
    if (this.#function.locals === before) return;
    this.#out.splice(start, 0, "do");
    this.open("end");
    this.#function.locals = before;
  }

  /** Runs `body` as the inside of a function; answers its result and its lines. */
  inFunction<T>(literal: FuncLit, body: () => T): { value: T; lines: string[] } {
    const block = this.#block;
    const state = functionState(this.#function, literal, 0);
    this.#function = state;
    const { value, lines } = this.apart(body);
    this.#function = state.outer as FunctionState;
    this.#block = block;
    if (state.table !== undefined) lines.unshift(`local ${state.table} = {};`);
    return { value, lines };
  }

  takeLocals(count: number, at: number): void {
    this.#function.locals += count;
    if (this.#function.locals > MOST_NESTED) throw compileError(this.#source, at, "nested too deeply");
  }

  /** Runs `body` as a block of names; the caller writes what opens and closes it. */
  inBlock(at: number, body: () => void): void {
    this.#level += 1;
    if (this.#level > MOST_LEVELS) throw compileError(this.#source, at, "nested too deeply");
    this.#block = {
      outer: this.#block,
      start: this.#out.length,
      localsBefore: this.#function.locals,
      table: undefined,
    };
    body();
    this.#function.locals = this.#block.localsBefore;
    this.#block = this.#block.outer as BlockState;
    this.#level -= 1;
  }

  /** The name of the present block's table, which is made when first asked for. */
  #blockTable(at: number): string {
    if (this.#block.table === undefined) {
      this.#block.table = this.unique("S");
      this.takeLocals(1, at);
      this.#out.splice(this.#block.start, 0, `local ${this.#block.table} = {};`);
    }
    return this.#block.table;
  }

  /** A name for an intermediate result, and the line that makes it. */
  temporary(value: string): string {
    const state = this.#function;
    if (state.locals < MOST_TEMPORARIES) {
      state.locals += 1;
      const name = this.unique("t");
      this.line(`local ${name} = ${value}`);
      return name;
    }
    state.table ??= this.unique("T");
    const name = `${state.table}[${++state.tabled}]`;
    this.line(`${name} = ${value}`);
    return name;
  }

  /** Defines a variable; answers what to write before its first value: `local x` or its place in a table. */
  declare(variable: Variable, at: number): { name: string; local: boolean } {
    const own = luaVariable(variable.name, variable.id);
    const local = !variable.spilled && this.#function.locals < MOST_LOCALS;
    const name = local ? own : `${this.#blockTable(at)}.${own}`;
    if (local) this.takeLocals(1, at);
    this.#names.set(variable, name);
    this.#scriptNames.set(own, variable.name);
    if (variable.grows) this.#declareOwner(variable, own, local, at);
    return { name, local };
  }

  #declareOwner(variable: Variable, own: string, local: boolean, at: number): void {
    if (local) {
      this.takeLocals(1, at);
      this.line(`local own_${own}`);
      this.#owners.set(variable, `own_${own}`);
    } else this.#owners.set(variable, `${this.#blockTable(at)}.own_${own}`);
  }

  nameOf(variable: Variable): string {
    return this.#names.get(variable) as string;
  }

  /** Of a variable that grows: what holds the length of the list while nothing else has it. */
  ownerOf(variable: Variable): string | undefined {
    return this.#owners.get(variable);
  }
}

function functionState(outer: FunctionState | undefined, literal: FuncLit | undefined, locals: number): FunctionState {
  return { outer, literal, locals, table: undefined, tabled: 0, depth: 0, labels: [] };
}
