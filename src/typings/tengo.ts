import { toSnakeCase } from "../engine/naming.ts";
import type { TypingsGenerator } from "./generator.ts";
import { pascal } from "./pascal.ts";
import type { ApiGlobal, ApiHandle, ApiMethod, ApiSignature } from "./script-api.ts";
import type { SpellParameters } from "./spell-parameters.ts";
import { TENGO_BUILTINS, TENGO_GLOBALS, TENGO_MODULES } from "./tengo-library.ts";
import { tengoComment, tengoName, tengoType } from "./tengo-text.ts";
import type { Field, ObjectType, TextType } from "./value-type.ts";

const HEADER = "// Written by `llmspell types`: changes will be lost.\n";

/**
 * Declarations for people and for what reads tags: Tengo has no language server that knows types. They are a Tengo source
 * whose functions do nothing; what each takes and answers stands in the comment before it.
 */
export const tengoTypings: TypingsGenerator = {
  apiFile: "llmspell.tengo",
  api: ({ globals, handles, types }) =>
    [
      HEADER,
      "// --- the script API\n",
      ...globals.map(globalText),
      ...Object.entries(TENGO_GLOBALS).map(([name, lines]) => `${name} := {}\n\n${linesText(lines, `${name}.`)}`),
      dataText(),
      "// --- what methods answer and take\n",
      ...handles.map(handleText),
      ...types.map(typeText),
      "// --- functions of the language\n",
      linesText(TENGO_BUILTINS, "", new Set(globals.map(({ name }) => name))),
      '// --- modules of the language: text := import("text")\n',
      "library := {}\n",
      ...Object.entries(TENGO_MODULES).map(
        ([name, lines]) => `// import("${name}")\nlibrary.${name} = {}\n\n${linesText(lines, `library.${name}.`)}`,
      ),
      '// The same as import("fmt").\nfmt := library.fmt\n',
      "// Writes values to the output, with tabs between them and a line break.\nprint := func(...values) {}\n",
    ].join("\n"),
  parameters: (spells, own) =>
    [
      HEADER,
      "// By spell: what `params` has.",
      `parameters := {${spells.map(parametersText).join(",")}${spells.length === 0 ? "" : "\n"}}\n`,
      ...(own ? [`params := parameters[${JSON.stringify(own.name)}]\n`] : []),
    ].join("\n"),
};

function globalText({ name, aliases, summary, constants, methods }: ApiGlobal): string {
  return [
    `${tengoComment(summary)}${name} := {}\n`,
    ...Object.entries(constants).map(
      ([constant, value]) => `${name}.${toSnakeCase(constant)} = ${constantText(value)}\n`,
    ),
    ...methods.map((method) => methodText(name, method)),
    ...aliases.map((alias) => `${tengoComment(summary)}${alias} := ${name}\n`),
  ].join("\n");
}

function constantText(value: unknown): string {
  if (value === null) return "undefined";
  return Array.isArray(value) ? `[${value.map(constantText).join(", ")}]` : JSON.stringify(value);
}

function methodText(owner: string, { name, summary, capability, signatures }: ApiMethod): string {
  const [first, ...others] = signatures as [ApiSignature, ...ApiSignature[]];
  const own = toSnakeCase(name);
  const names = [...first.parameters.map((field) => tengoName(field.name)), ...(first.rest ? ["...rest"] : [])];
  return [
    tengoComment(summary, capability === undefined ? "" : `Needs the permission ${capability}.`),
    ...first.parameters.map((field) => tengoComment(`  ${fieldText(field)}`)),
    first.rest ? tengoComment(`  ...: ${tengoType(first.rest.type)}${remark(first.rest.text)}`) : "",
    tengoComment(`  answers ${tengoType(first.result)}`),
    ...others.map((signature) => tengoComment(`Or ${owner}.${own}${signatureText(signature)}`)),
    `${owner}.${own} = func(${names.join(", ")}) {}\n`,
  ].join("");
}

function signatureText({ parameters, rest, result }: ApiSignature): string {
  const texts = parameters.map(
    ({ name, type, optional }) => `${tengoName(name)}${optional ? "?" : ""}: ${tengoType(type)}`,
  );
  return `(${[...texts, ...(rest ? [`...: ${tengoType(rest.type)}`] : [])].join(", ")}): ${tengoType(result)}`;
}

function fieldText({ name, type, optional, text }: Field): string {
  return `${toSnakeCase(name)}${optional ? "?" : ""}: ${tengoType(type)}${remark(text)}`;
}

function remark(text: string): string {
  return text === "" ? "" : `. ${text.replaceAll(/\s+/g, " ")}`;
}

function handleText({ type, summary, fields, iterates, methods }: ApiHandle): string {
  const name = pascal(type);
  const loop = iterates ? `for x in it gives ${tengoType(iterates)}.` : "";
  return [
    `${tengoComment(summary, loop)}${name} := {}\n`,
    ...fields.map((field) => memberText(name, field)),
    ...methods.map((method) => methodText(name, method)),
  ].join("\n");
}

function typeText({ kind, name = "", fields }: ObjectType | TextType): string {
  const about = kind === "text" ? "A text with fields besides.\n" : "";
  return [`${tengoComment(about.trim())}${name} := {}\n`, ...fields.map((field) => memberText(name, field))].join("\n");
}

function memberText(owner: string, field: Field): string {
  return `${tengoComment(fieldText(field))}${owner}.${toSnakeCase(field.name)} = undefined\n`;
}

function dataText(): string {
  return [
    "// The spell's parameters, by the names of its manifest.\nparams := {}\n",
    "// Positional arguments.\nargs := []\n",
    "// The environment variables that the spell may see.\nenv := {}\n",
    "// The standard input as text, undefined where there is none.\nstdin := undefined\n",
  ].join("\n");
}

/**
 * Lines of the library's tables as functions that do nothing, each with what it is in a comment before it. What is in `taken`
 * is defined already: a bridge has the same name.
 */
function linesText(lines: string, owner: string, taken: ReadonlySet<string> = new Set()): string {
  return lines
    .trim()
    .split("\n")
    .map((line) => {
      const [, name = "", parameters, about = ""] = /^(\w+)(?:\((.*)\))?: (.*)$/.exec(line) ?? [];
      const [type = "", ...said] = about.split(/\. ?/);
      const comment = tengoComment(said.join(". ").trim() === "" ? "" : about.slice(type.length + 2));
      const define = owner === "" ? `${name} := ` : `${owner}${name} = `;
      if (parameters === undefined) return `${comment}// ${type}\n${define}undefined\n`;
      const names = parameters.replaceAll("?", "");
      const head = `${comment}// ${name}(${parameters}): ${type}\n`;
      return taken.has(name) ? head : `${head}${define}func(${names}) {}\n`;
    })
    .join("\n");
}

function parametersText({ name, parameters }: SpellParameters): string {
  const fields = parameters.map(
    (field) =>
      `${tengoComment(`${tengoType(field.type)}${field.optional ? ", may be undefined" : ""}${remark(field.text)}`)
        .trimEnd()
        .replace(/^/gm, "    ")}\n    ${JSON.stringify(field.name)}: undefined`,
  );
  return `\n  ${JSON.stringify(name)}: {${fields.length === 0 ? "" : `\n${fields.join(",\n")}\n  `}}`;
}
