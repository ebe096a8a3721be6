import type * as Acorn from "acorn";

interface Edit {
  at: number;
  remove: number;
  insert: string;
}

/** From this column of the rewritten line on, everything stands further right by so much. */
interface Shift {
  line: number;
  column: number;
  by: number;
}

/** An input as the body of an async function: lines stay. */
interface RewrittenInput {
  code: string;
  /** Goes before it. */
  ahead: string;
  /** What it declares as globals. */
  names: string[];
  columnOf(line: number, column: number): number;
}

/** Turns what an input declares into globals, and its last expression into its result. */
export function rewriteInput(program: Acorn.Program, source: string): RewrittenInput {
  const rewriter = new Rewriter(source);
  program.body.forEach((node, index) => rewriter.statement(node, index === program.body.length - 1));
  const { code, shifts } = rewriter.rewritten();
  return {
    code,
    ahead: rewriter.ahead,
    names: [...rewriter.names],
    columnOf: (line, column) =>
      shifts
        .filter((shift) => shift.line === line && shift.column <= column)
        .reduce((moved, { by }) => Math.max(1, moved - by), column),
  };
}

class Rewriter {
  readonly names = new Set<string>();
  readonly #source: string;
  readonly #edits: Edit[] = [];
  /** Functions can be called before they stand there. */
  ahead = "";

  constructor(source: string) {
    this.#source = source;
  }

  statement(node: Acorn.Program["body"][number], isLast: boolean): void {
    switch (node.type) {
      case "VariableDeclaration":
        return this.#variables(node);
      case "FunctionDeclaration":
        return this.#function(node.id.name);
      case "ClassDeclaration":
        this.names.add(node.id.name);
        this.#insert(node.start, `;${node.id.name}=`);
        return this.#insert(node.end, ";");
      case "ImportDeclaration":
        return this.#import(node);
      case "ExportNamedDeclaration":
        if (!node.declaration) return this.#replace(node.start, node.end, "");
        this.#replace(node.start, node.declaration.start, "");
        return this.statement(node.declaration, false);
      case "ExportDefaultDeclaration":
        return this.#default(node, isLast);
      case "ExportAllDeclaration":
        return this.#replace(node.start, node.end, "");
      case "ExpressionStatement":
        if (isLast) this.#value(node.start, node.end);
        return;
      case "ForStatement":
        if (node.init?.type === "VariableDeclaration" && node.init.kind === "var") this.#loopVariables(node.init);
        return;
      default:
    }
  }

  rewritten(): { code: string; shifts: Shift[] } {
    const edits = this.#edits.toSorted((a, b) => a.at - b.at);
    const shifts: Shift[] = [];
    let code = "";
    let at = 0;
    for (const edit of edits) {
      code += this.#source.slice(at, edit.at) + edit.insert;
      at = edit.at + edit.remove;
      const line = code.split("\n").length;
      shifts.push({ line, column: code.length - code.lastIndexOf("\n"), by: edit.insert.length - edit.remove });
    }
    return { code: code + this.#source.slice(at), shifts };
  }

  #insert(at: number, text: string): void {
    this.#edits.push({ at, remove: 0, insert: text });
  }

  /** Keeps the line breaks of what goes. */
  #replace(start: number, end: number, text: string): void {
    const breaks = this.#source.slice(start, end).replace(/[^\n\r\u2028\u2029]+/g, "");
    this.#edits.push({ at: start, remove: end - start, insert: text + breaks });
  }

  /** `const a = 1, {b} = x` becomes `;(a = 1, {b} = x)`. */
  #variables({ start, end, kind, declarations }: Acorn.VariableDeclaration): void {
    for (const { id } of declarations) this.#declare(id);
    const first = declarations[0] as Acorn.VariableDeclarator;
    const gap = " ".repeat(Math.max(0, first.start - start - 2));
    this.#edits.push({ at: start, remove: first.start - start, insert: `;(${gap}` });
    for (const { id, init } of declarations) {
      // A `var` without a value leaves what is there.
      if (!init && kind !== "var") this.#insert(id.end, "=undefined");
    }
    const closed = this.#source[end - 1] === ";";
    this.#edits.push({ at: closed ? end - 1 : end, remove: closed ? 1 : 0, insert: ");" });
  }

  #loopVariables({ start, declarations }: Acorn.VariableDeclaration): void {
    for (const { id } of declarations) this.#declare(id);
    this.#edits.push({ at: start, remove: 3, insert: "   " });
  }

  #function(name: string): void {
    this.names.add(name);
    this.ahead += `globalThis.${name}=${name};`;
  }

  /** Modules are loaded where the import stands. */
  #import({ start, end, specifiers, source, attributes }: Acorn.ImportDeclaration): void {
    const options = attributes.length === 0 ? "" : `,{with:{${attributes.map((a) => this.#text(a)).join(",")}}}`;
    const load = `await import(${source.raw}${options})`;
    const named: string[] = [];
    let whole = "";
    for (const specifier of specifiers) {
      this.names.add(specifier.local.name);
      if (specifier.type === "ImportNamespaceSpecifier") whole = `${specifier.local.name}=`;
      else if (specifier.type === "ImportDefaultSpecifier") named.push(`default:${specifier.local.name}`);
      else named.push(`${this.#text(specifier.imported)}:${specifier.local.name}`);
    }
    const target = named.length > 0 ? `{${named.join(",")}}=` : "";
    this.#replace(start, end, `;(${target}${whole}${load});`);
  }

  #default({ start, end, declaration }: Acorn.ExportDefaultDeclaration, isLast: boolean): void {
    this.#replace(start, declaration.start, "");
    if (declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") {
      if (declaration.id) this.statement(declaration as Acorn.FunctionDeclaration, false);
      else this.#insert(declaration.start, ";0,");
    } else if (isLast) this.#value(declaration.start, end);
  }

  #value(start: number, end: number): void {
    this.#insert(start, ";return(");
    this.#insert(this.#source[end - 1] === ";" ? end - 1 : end, ")");
  }

  #text({ start, end }: { start: number; end: number }): string {
    return this.#source.slice(start, end);
  }

  #declare(pattern: Acorn.Pattern): void {
    switch (pattern.type) {
      case "Identifier":
        this.names.add(pattern.name);
        return;
      case "ObjectPattern":
        for (const property of pattern.properties)
          this.#declare(property.type === "RestElement" ? property.argument : property.value);
        return;
      case "ArrayPattern":
        for (const element of pattern.elements) if (element) this.#declare(element);
        return;
      case "AssignmentPattern":
        return this.#declare(pattern.left);
      case "RestElement":
        return this.#declare(pattern.argument);
      default:
    }
  }
}
