import type { z } from "zod";
import type { BridgeDefinition, Method } from "../../src/bridge/define-bridge.ts";
import { toSnakeCase } from "../../src/engine/naming.ts";
import { describe, type Field, fieldsOf, isOptional, typeText } from "./schema-text.ts";

/** `docs/script-api.md`: the introduction, then every global. */
export function scriptApiPage(introduction: string, bridges: readonly BridgeDefinition[]): string {
  const contents = bridges.map(({ name, summary }) => `| [\`${name}\`](#${name}) | ${cell(summary)} |`);
  const parts = [
    introduction.trimEnd(),
    "## Globals\n",
    ["| global | |", "|---|---|", ...contents].join("\n"),
    ...bridges.map(bridgeText),
  ];
  return `${parts.join("\n\n").replace(/\n{3,}/g, "\n\n")}\n`;
}

function bridgeText(bridge: BridgeDefinition): string {
  const { name, aliases = [], summary, constants = {}, handles = {} } = bridge;
  const lines = [`## ${name}`, summary];
  if (aliases.length > 0) lines.push(`Also called ${aliases.map((alias) => `\`${alias}\``).join(", ")}.`);
  if (Object.keys(constants).length > 0) {
    lines.push(
      `Constants: ${Object.keys(constants)
        .map((constant) => `\`${name}.${constant}\``)
        .join(", ")}.`,
    );
  }
  const shown: Shown = [];
  lines.push(...methodsText(name, bridge.methods, shown));
  for (const [type, handle] of Object.entries(handles)) {
    const variable = type.split(".").at(-1) as string;
    const iterates =
      handle.iterator === undefined
        ? ""
        : ` Iterates: Lua \`for x in ${variable} do\`, Tengo \`for x in ${variable} {}\`, JavaScript \`for await (const x of ${variable})\`.`;
    lines.push(
      `### Type ${type}`,
      `${handle.summary}${iterates}`,
      ...methodsText(variable, handle.methods, shown, ":"),
    );
  }
  return lines.join("\n\n");
}

/** The sets of fields that the page has listed for this bridge. A later one that holds a whole earlier one refers to it. */
type Shown = { where: string; fields: readonly Field[] }[];

/** Fewer fields than this are listed again. */
const WORTH_REFERRING = 4;

function withReferences(
  own: Field | undefined,
  fields: readonly Field[],
  prefix: string,
  where: string,
  shown: Shown,
): Field[] {
  const relative = fields.map((field) => ({ ...field, name: field.name.slice(prefix.length) }));
  const holds = (earlier: readonly Field[]) =>
    earlier.every((field) => relative.some((candidate) => same(candidate, field)));
  const known = shown
    .filter((earlier) => earlier.fields.length >= WORTH_REFERRING && holds(earlier.fields))
    .toSorted((a, b) => b.fields.length - a.fields.length)[0];
  if (fields.length > 0) shown.push({ where, fields: relative });
  const rest = fields.filter((_, index) => !known?.fields.some((field) => same(field, relative[index] as Field)));
  const reference =
    known && `${rest.length > 0 ? "All" : "The same"} as of \`${known.where}\`${rest.length > 0 ? ", and:" : "."}`;
  const head = own ?? { name: "*fields*", type: "", optional: false, text: "" };
  if (!reference) return own ? [own, ...fields] : [...fields];
  return [{ ...head, text: `${head.text} ${reference}`.trim() }, ...rest];
}

function same(a: Field, b: Field): boolean {
  return a.name === b.name && a.type === b.type && a.optional === b.optional && a.text === b.text;
}

function methodsText(owner: string, methods: BridgeDefinition["methods"], shown: Shown, luaDot = "."): string[] {
  return Object.entries(methods)
    .map(([name, method]) => [name, method as unknown as Method] as const)
    .filter(([, method]) => !method.internal)
    .map(([name, method]) => methodText(owner, name, method, shown, luaDot));
}

function methodText(owner: string, name: string, method: Method, shown: Shown, luaDot: string): string {
  const parameters = Object.entries(method.input);
  const names = [
    ...parameters.map(([parameter, schema]) => `${parameter}${isOptional(schema, "input") ? "?" : ""}`),
    ...(method.rest ? ["..."] : []),
  ];
  const result = typeText(method.output, "output");
  const snakeCall = `${toSnakeCase(name)}(${names.map(toSnakeCase).join(", ")}) -> ${plain(result)}`;
  const snakeLines =
    luaDot === "."
      ? [`Lua, Tengo  ${owner}.${snakeCall}`]
      : [`Lua         ${owner}${luaDot}${snakeCall}`, `Tengo       ${owner}.${snakeCall}`];
  const javascriptCall = `${owner}.${name}(${names.join(", ")})`;
  const lines = [
    `#### ${owner}.${name}`,
    method.summary,
    [
      "```text",
      ...snakeLines,
      `JavaScript  ${javascriptCall} -> ${method.sync ? plain(result) : `Promise of ${plain(result)}`}`,
      "```",
    ].join("\n"),
  ];
  const rows = [
    ...parameters.flatMap(([parameter, schema]) => parameterFields(parameter, schema, shown, `${owner}.${name}`)),
    ...(method.rest ? [{ name: "...", type: typeText(method.rest), optional: true, text: describe(method.rest) }] : []),
  ];
  if (rows.length > 0) lines.push(table("parameter", rows));
  const results = fieldsOf(method.output, "output");
  if (results.length > 0)
    lines.push(table("result", withReferences(undefined, results, "", `${owner}.${name}`, shown)));
  lines.push(notes(method));
  return lines.join("\n\n");
}

function notes(method: Method): string {
  return [
    method.sync ? "Answers at once." : "Waits.",
    `Effect: ${method.effect}.`,
    ...(method.capability === undefined ? [] : [`Needs \`${method.capability}\`.`]),
  ].join(" ");
}

function parameterFields(name: string, schema: z.ZodType, shown: Shown, method: string): Field[] {
  const own = { name, type: typeText(schema), optional: isOptional(schema, "input"), text: describe(schema) };
  return withReferences(own, fieldsOf(schema, "input", name), name, method, shown);
}

/** The third column only where a field says something. */
function table(head: string, fields: readonly Field[]): string {
  const explained = fields.some(({ text }) => text !== "");
  const rows = fields.map(({ name, type, optional, text }) => {
    const cells = [
      name.startsWith("*") ? name : `\`${name}\``,
      `${cell(type)}${optional ? ", optional" : ""}`,
      ...(explained ? [cell(text)] : []),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    explained ? `| ${head} | type | |` : `| ${head} | type |`,
    explained ? "|---|---|---|" : "|---|---|",
    ...rows,
  ].join("\n");
}

function cell(text: string): string {
  return text.replace(/(?<!\\)\|/g, "\\|").replaceAll("\n", " ");
}

function plain(type: string): string {
  return type.replaceAll("\\|", "|");
}
