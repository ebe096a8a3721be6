import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

/** The names of the examples: `<document>-<name>.<language>`. */
export const EXAMPLES = readdirSync(import.meta.dirname).filter((name) => /^\d-.*\.(lua|js|tengo)$/.test(name));

/** What an example names and does not define. */
const PRELUDES: Readonly<Record<string, string>> = {
  "2-state.js": 'const otherState = state.create({ data: { context: { user: "Jane", age: 5 } } });\n',
};

/**
 * An example as it was written, behind its prelude, but for what its language itself forbids. JavaScript: in `const X = X.create(...)` a name
 * is read in its own declaration; there the variable is named `theX`. Tengo: a name is declared a second time; there it is
 * assigned.
 */
export function exampleCode(name: string): string {
  const code = readFileSync(path.join(import.meta.dirname, name), "utf8");
  const prelude = PRELUDES[name] ?? "";
  if (name.endsWith(".js")) return prelude + withoutOwnNames(code);
  if (name.endsWith(".tengo")) return prelude + declaredOnce(code);
  return prelude + code;
}

function declaredOnce(code: string): string {
  const known = new Set<string>();
  return code.replaceAll(/^(\w+) :=/gm, (declaration, variable: string) => {
    if (known.has(variable)) return `${variable} =`;
    known.add(variable);
    return declaration;
  });
}

function withoutOwnNames(code: string): string {
  const own = /^const (\w+) = (await )?\1\./m.exec(code);
  if (!own) return code;
  const [declaration, variable = "", awaited = ""] = own;
  const renamed = `the${variable[0]?.toUpperCase()}${variable.slice(1)}`;
  const rest = code
    .slice(own.index + declaration.length)
    .replaceAll(new RegExp(`\\b${variable}\\.`, "g"), `${renamed}.`);
  return `${code.slice(0, own.index)}const ${renamed} = ${awaited}${variable}.${rest}`;
}

/** Those parts of an example whose leading comments, at the start of a line, are named. Throws for one that is not there. */
export function partsOf(name: string, titles: readonly string[]): string {
  const parts = exampleCode(name).split(/^(?=(?:--|\/\/) )/m);
  const chosen = titles.map((title) => {
    const part = parts.find((each) => each.split("\n", 1)[0]?.slice(3) === title);
    if (part === undefined) throw new Error(`${name} has no part "${title}"`);
    return part;
  });
  return chosen.join("");
}
