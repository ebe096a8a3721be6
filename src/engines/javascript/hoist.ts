import { createRequire } from "node:module";
import type * as Acorn from "acorn";
import { LlmspellError } from "../../errors.ts";

const DEFAULT = "$llmspell_default";

/**
 * Rewrites a module with a top-level `return`: its imports come first, on the first line, and the rest is the body
 * of an async function whose result is the default export. Lines stay; the first one moves by `columns`. Throws
 * `script.syntax`.
 */
export function hoistImports(source: string, file: string): { code: string; columns: number } {
  const edits: { start: number; end: number; text: string }[] = [];
  const imports: string[] = [];
  const ahead: string[] = [];
  /** Replaces a stretch, keeping its line breaks. */
  const replace = (start: number, end: number, text = ""): void => {
    edits.push({ start, end, text: text + source.slice(start, end).replace(/[^\n\r\u2028\u2029]+/g, "") });
  };

  for (const node of parseScript(source, file, "module").body) {
    switch (node.type) {
      case "ImportDeclaration":
        imports.push(importText(node, source));
        replace(node.start, node.end);
        break;
      case "ExportAllDeclaration":
        imports.push(`import ${node.source.raw};`);
        replace(node.start, node.end);
        break;
      case "ExportNamedDeclaration":
        if (node.declaration) {
          replace(node.start, node.declaration.start);
        } else {
          if (node.source) imports.push(`import ${node.source.raw};`);
          replace(node.start, node.end);
        }
        break;
      case "ExportDefaultDeclaration": {
        const { declaration } = node;
        const declares = declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration";
        if (declares && declaration.id) {
          replace(node.start, declaration.start);
          const assign = `${DEFAULT}=${declaration.id.name};`;
          if (declaration.type === "FunctionDeclaration") ahead.push(assign);
          else edits.push({ start: node.end, end: node.end, text: `;${assign}` });
        } else {
          replace(node.start, declaration.start, `${DEFAULT}=(`);
          edits.push({ start: declaration.end, end: node.end, text: ");" });
        }
        break;
      }
      default:
    }
  }

  let code = "";
  let at = 0;
  for (const edit of edits) {
    code += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  code += source.slice(at);
  const prefix = `${imports.join("")}let ${DEFAULT};export default await(async()=>{${ahead.join("")}`;
  return {
    code: `${prefix}${code}\n})().then((result)=>result===undefined?${DEFAULT}:result)`,
    columns: prefix.length,
  };
}

/** On one line, without comments. */
function importText(node: Acorn.ImportDeclaration, source: string): string {
  const name = (n: { type: string; name?: string; raw?: string }): string =>
    n.type === "Literal" ? (n.raw ?? "") : (n.name ?? "");
  const named: string[] = [];
  const others: string[] = [];
  for (const specifier of node.specifiers) {
    if (specifier.type === "ImportDefaultSpecifier") others.push(specifier.local.name);
    else if (specifier.type === "ImportNamespaceSpecifier") others.push(`* as ${specifier.local.name}`);
    else named.push(`${name(specifier.imported)} as ${specifier.local.name}`);
  }
  if (named.length > 0) others.push(`{${named.join(",")}}`);
  const from = others.length > 0 ? ` ${others.join(",")} from ` : " ";
  const attributes = node.attributes.map((a) => `${name(a.key)}:${name(a.value)}`).join(",");
  const clause = /\bwith\s*\{[^{}]*\}\s*;?$/.test(source.slice(node.start, node.end)) ? ` with{${attributes}}` : "";
  return `import${from}${node.source.raw}${clause};`;
}

/** What is wrong with a script, and where; undefined when nothing is. */
export function explainSyntax(source: string, file: string): LlmspellError | undefined {
  try {
    parseScript(source, file, "script");
    return undefined;
  } catch (thrown) {
    return thrown as LlmspellError;
  }
}

/** Throws `script.syntax` with the place. */
export function parseScript(source: string, file: string, sourceType: "module" | "script"): Acorn.Program {
  // Loaded at first need: most scripts never need it.
  const acorn = createRequire(import.meta.url)("acorn") as typeof Acorn;
  try {
    return acorn.parse(source, {
      ecmaVersion: "latest",
      sourceType,
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
    });
  } catch (thrown) {
    const { message, loc } = thrown as { message: string; loc?: { line: number; column: number } };
    throw new LlmspellError("script.syntax", message.replace(/ \(\d+:\d+\)$/, ""), {
      frames: [loc ? { file, line: loc.line, column: loc.column + 1 } : { file }],
    });
  }
}
