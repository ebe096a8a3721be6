/** Random numbers from a seed: the same program for the same seed. */
type Random = (below: number) => number;

function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface Names {
  /** Variables that hold integers, by growing scope. */
  ints: string[];
  /** Variables that hold lists of at least four integers. */
  lists: string[];
  /** Functions with the number of their parameters. */
  functions: { name: string; params: number }[];
}

/** How far a program goes. */
export interface Shape {
  /** Statements of a block, at most. */
  statements: number;
  depth: number;
  /** Variables that stand before all else. */
  variables: number;
  /** Parameters of a function, at most. */
  params: number;
  /** Parts of an `else if`, at most. */
  chain: number;
}

/** A program over integers, lists of them and functions, which ends; it exports what all its variables hold. */
export function randomProgram(seed: number, shape: Shape): string {
  return new ProgramWriter(randomFrom(seed), shape).program();
}

const INFIX = ["+", "-", "*", "&", "|", "^", "&^", "+", "-", "<<", ">>", "%", "/"];
const COMPARISONS = ["<", "<=", ">", ">=", "==", "!="];

class ProgramWriter {
  readonly #random: Random;
  readonly #shape: Shape;
  #count = 0;
  #loops = 0;
  #inFunction = false;

  constructor(random: Random, shape: Shape) {
    this.#random = random;
    this.#shape = shape;
  }

  program(): string {
    const names: Names = { ints: [], lists: [], functions: [] };
    const lines: string[] = [];
    for (let at = 0; at < this.#shape.variables; at++) lines.push(this.#define(names, 0));
    lines.push(this.#defineList(names), this.#defineList(names));
    lines.push(...this.#lines(names, this.#shape.depth, this.#shape.statements * 3));
    const last = [...names.ints, ...names.lists, ...names.functions.map((each) => this.#call(each, names, 0))];
    return `${lines.join("\n")}\nexport [${last.join(", ")}]\n`;
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#random(items.length)] as T;
  }

  #name(prefix: string): string {
    return `${prefix}${this.#count++}`;
  }

  /** A block with names of its own. */
  #block(outer: Names, depth: number): string {
    const names = { ints: [...outer.ints], lists: [...outer.lists], functions: [...outer.functions] };
    return `{\n${this.#lines(names, depth, this.#shape.statements).join("\n")}\n}`;
  }

  #lines(names: Names, depth: number, most: number): string[] {
    return Array.from({ length: 1 + this.#random(most) }, () => this.#statement(names, depth));
  }

  #statement(names: Names, depth: number): string {
    const kind = this.#random(depth > 0 ? 20 : 10);
    if (kind < 2) return this.#define(names, depth);
    if (kind < 4) return this.#assign(names);
    if (kind === 4) return `${this.#pick(names.ints)}${this.#pick(["++", "--"])}`;
    if (kind === 5) return this.#element(names);
    if (kind < 8) return this.#grow(names);
    if (kind === 8) return this.#defineList(names);
    if (kind === 9) return this.#leave(names);
    if (kind < 12) return this.#defineFunction(names, depth);
    if (kind < 14) return this.#if(names, depth);
    if (kind < 16) return this.#for(names, depth);
    if (kind === 16) return this.#forIn(names, depth);
    if (kind === 17) return `if true ${this.#block(names, depth - 1)}`;
    if (kind === 18) return `${this.#pick(names.lists)} = ${this.#pick(names.lists)}`;
    return this.#assign(names);
  }

  #define(names: Names, depth: number): string {
    const value = names.ints.length === 0 ? String(this.#random(10)) : this.#int(names, depth);
    const name = this.#name("v");
    names.ints.push(name);
    return `${name} := ${value}`;
  }

  #defineList(names: Names): string {
    const list = Array.from({ length: 4 + this.#random(3) }, () => this.#int(names, 1));
    const value = names.lists.length > 0 && this.#random(3) === 0 ? this.#listOf(names) : `[${list.join(", ")}]`;
    const name = this.#name("l");
    names.lists.push(name);
    return `${name} := ${value}`;
  }

  #listOf(names: Names): string {
    const list = this.#pick(names.lists);
    return this.#pick([
      list,
      `copy(${list})`,
      `append(${list}, ${this.#int(names, 1)})`,
      `${list}[0:4]`,
      `append(${list}, ${list}...)[0:5]`,
    ]);
  }

  #assign(names: Names, depth = 2): string {
    const operator = this.#pick(["=", "+=", "-=", "*=", "&=", "|=", "^="]);
    return `${this.#pick(names.ints)} ${operator} ${this.#int(names, depth)}`;
  }

  #element(names: Names, depth = 2): string {
    const operator = this.#pick(["=", "+=", "-=", "^="]);
    return `${this.#pick(names.lists)}[${this.#index(names, depth)}] ${operator} ${this.#int(names, depth)}`;
  }

  #grow(names: Names): string {
    const list = this.#pick(names.lists);
    const from = this.#random(4) === 0 ? this.#pick(names.lists) : list;
    return `if len(${from}) < 20 { ${list} = append(${from}, ${this.#int(names, 2)}${this.#random(3) === 0 ? `, len(${list})` : ""}) }`;
  }

  #leave(names: Names): string {
    if (this.#loops > 0) return `if ${this.#condition(names, 1)} { ${this.#pick(["break", "continue"])} }`;
    return this.#inFunction ? `if ${this.#condition(names, 1)} { return ${this.#int(names, 1)} }` : this.#assign(names);
  }

  #defineFunction(names: Names, depth: number): string {
    const name = this.#name("f");
    const params = Array.from({ length: this.#random(this.#shape.params + 1) }, () => this.#name("p"));
    const [loops, inside] = [this.#loops, this.#inFunction];
    this.#loops = 0;
    this.#inFunction = true;
    const inner = { ints: [...names.ints, ...params], lists: [...names.lists], functions: [...names.functions] };
    const lines = this.#lines(inner, depth - 1, this.#shape.statements);
    const result = this.#int(inner, 2);
    this.#loops = loops;
    this.#inFunction = inside;
    names.functions.push({ name, params: params.length });
    return `${name} := func(${params.join(", ")}) {\n${lines.join("\n")}\nreturn ${result}\n}`;
  }

  #if(names: Names, depth: number): string {
    let text = `if ${this.#ifHead(names)} ${this.#block(names, depth - 1)}`;
    for (let more = this.#random(this.#shape.chain + 1); more > 0; more--)
      text += ` else if ${this.#ifHead(names)} { ${this.#assign(names)} }`;
    return this.#random(2) === 0 ? text : `${text} else ${this.#block(names, depth - 1)}`;
  }

  #ifHead(names: Names): string {
    if (this.#random(5) > 0) return this.#condition(names, 2);
    const name = this.#name("c");
    return `${name} := ${this.#int(names, 1)}; ${name} ${this.#pick(COMPARISONS)} ${this.#int(names, 1)}`;
  }

  #for(names: Names, depth: number): string {
    const name = this.#name("i");
    const most = 1 + this.#random(4);
    this.#loops += 1;
    // The counter of a loop is its own; the body may only read it, or the loop might not end.
    const body = this.#block({ ...names, ints: [...names.ints] }, depth - 1).replace(
      "{\n",
      `{\n${this.#name("v")} := ${name}\n`,
    );
    this.#loops -= 1;
    if (this.#random(3) > 0) return `for ${name} := 0; ${name} < ${most}; ${name}++ ${body}`;
    return `${name} := ${most}\nfor ${name} > 0 {\n${name}--\n${body.slice(2)}`;
  }

  #forIn(names: Names, depth: number): string {
    const [key, value] = [this.#name("k"), this.#name("v")];
    this.#loops += 1;
    const body = this.#block({ ...names, ints: [...names.ints, key, value] }, depth - 1);
    this.#loops -= 1;
    return `for ${key}, ${value} in ${this.#random(2) === 0 ? this.#pick(names.lists) : this.#listOf(names)} ${body}`;
  }

  #int(names: Names, depth: number): string {
    const kind = this.#random(depth > 0 ? 14 : 4);
    if (kind < 1 || names.ints.length === 0) return String(this.#random(20));
    if (kind < 4) return this.#pick(names.ints);
    const inner = () => this.#int(names, depth - 1);
    if (kind < 8) return `(${inner()} ${this.#infix(inner)})`;
    if (kind === 8) return this.#pick(["(-", "(^"]) + `${inner()})`;
    if (kind === 9) return `(${this.#condition(names, depth - 1)} ? ${inner()} : ${inner()})`;
    if (kind === 10) return `(${inner()} ${this.#pick(["&&", "||"])} ${inner()})`;
    if (kind === 11 && names.lists.length > 0) return `${this.#pick(names.lists)}[${this.#index(names, depth - 1)}]`;
    if (kind === 12 && names.functions.length > 0) return this.#call(this.#pick(names.functions), names, depth - 1);
    if (kind === 13 && names.lists.length > 0) return this.#changing(names, depth - 1);
    return this.#pick(names.ints);
  }

  /** A function that is called where it stands, and changes what stands around it. */
  #changing(names: Names, depth: number): string {
    return `func() { ${this.#random(2) === 0 ? this.#assign(names, depth) : this.#element(names, depth)}; return ${this.#pick(names.ints)} }()`;
  }

  #infix(inner: () => string): string {
    const operator = this.#pick(INFIX);
    if (operator === "<<" || operator === ">>") return `${operator} ${this.#random(70)}`;
    if (operator === "/" || operator === "%") return `${operator} (${inner()} | 1)`;
    return `${operator} ${inner()}`;
  }

  #index(names: Names, depth: number): string {
    return this.#random(2) === 0 ? String(this.#random(4)) : `(${this.#int(names, depth)} & 3)`;
  }

  #condition(names: Names, depth: number): string {
    const inner = () => this.#int(names, depth);
    if (depth > 0 && this.#random(3) === 0)
      return `(${this.#condition(names, depth - 1)} ${this.#pick(["&&", "||"])} ${this.#condition(names, depth - 1)})`;
    if (this.#random(5) === 0) return `!(${inner()} ${this.#pick(COMPARISONS)} ${inner()})`;
    return this.#random(4) === 0 ? inner() : `${inner()} ${this.#pick(COMPARISONS)} ${inner()}`;
  }

  #call({ name, params }: Names["functions"][number], names: Names, depth: number): string {
    return `${name}(${Array.from({ length: params }, () => this.#int(names, depth > 0 ? depth : 0)).join(", ")})`;
  }
}
