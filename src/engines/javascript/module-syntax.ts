import { parseScript } from "./hoist.ts";

/** What a module's text tells about a place in it. */
export interface ModuleSyntax {
  /** It does not parse. */
  broken: boolean;
  /** Whether code at this place (both from 1) runs when the module loads, and only then. */
  runsOnLoad(line: number, column: number): boolean;
}

interface SyntaxNode {
  type: string;
  start: number;
  end: number;
}

/** Reads a module that an error came from. */
export function readModuleSyntax(source: string, file: string): ModuleSyntax {
  let functions: SyntaxNode[];
  try {
    functions = functionsIn(parseScript(source, file, "module"));
  } catch {
    return { broken: true, runsOnLoad: () => true };
  }
  const starts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return {
    broken: false,
    runsOnLoad(line, column) {
      const at = (starts[line - 1] ?? 0) + column - 1;
      return !functions.some(({ start, end }) => start < at && at < end);
    },
  };
}

function functionsIn(program: unknown): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const pending: unknown[] = [program];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node !== "object" || node === null) continue;
    if (/Function/.test(String((node as SyntaxNode).type))) found.push(node as SyntaxNode);
    else pending.push(...Object.values(node));
  }
  return found;
}
