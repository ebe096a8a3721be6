import { toSnakeCase } from "../engine/naming.ts";
import type { TypingsGenerator } from "./generator.ts";
import { LUACATS_PRELUDE } from "./luacats-prelude.ts";
import {
  className,
  luaComment,
  luaKey,
  luaMember,
  luaName,
  luaParametersClass,
  luaType,
  optionalType,
  remark,
} from "./luacats-text.ts";
import type { ApiGlobal, ApiHandle, ApiMethod, ApiSignature } from "./script-api.ts";
import type { SpellParameters } from "./spell-parameters.ts";
import { pascal } from "./pascal.ts";
import type { Field, ObjectType, TextType } from "./value-type.ts";

const HEADER = "---@meta\n-- Written by `llmspell types`: changes will be lost.\n";

/** Declarations for the Lua language server. */
export const luaTypings: TypingsGenerator = {
  apiFile: "llmspell.d.lua",
  api: ({ globals, handles, types }) =>
    [
      HEADER,
      LUACATS_PRELUDE,
      ...globals.map(globalText),
      ...handles.map(handleText),
      ...types.map(declarationText),
    ].join("\n"),
  parameters: (spells, own) =>
    [
      HEADER,
      ...spells.map(parametersText),
      `---The parameters of the spell.\n---@type ${own ? luaParametersClass(own.name) : "any"}\nparams = {}\n`,
    ].join("\n"),
};

function parametersText({ name, parameters }: SpellParameters): string {
  const fields = parameters.map(
    (field) =>
      `---@field ${fieldKey(field.name)}${field.optional ? "?" : ""} ${luaType(field.type)}${remark(field.text)}\n`,
  );
  return `---Parameters of the spell ${name}.\n---@class ${luaParametersClass(name)}\n${fields.join("")}`;
}

function fieldKey(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `[${JSON.stringify(name)}]`;
}

function globalText({ name, aliases, summary, constants, methods, open }: ApiGlobal): string {
  const fields = Object.entries(constants).map(
    ([constant, value]) => `---@field ${toSnakeCase(constant)} ${constantType(name, constant, value)}\n`,
  );
  if (open) fields.push("---@field [string] fun(...: any): any\n");
  return [
    `${luaComment(summary)}---@class ${className(`${pascal(name)}Api`)}\n${fields.join("")}${name} = {}\n`,
    ...methods.map((method) => methodText(name, ".", method)),
    ...aliases.map((alias) => `${luaComment(summary)}${alias} = ${name}\n`),
  ].join("\n");
}

function constantType(owner: string, constant: string, value: unknown): string {
  // The one constant that is no plain value in Lua: a nil could not stand in a table.
  if (owner === "json" && constant === "null") return "llmspell.Null";
  return Array.isArray(value) ? `${typeof value[0]}[]` : typeof value;
}

function handleText({ type, summary, fields, iterates, methods }: ApiHandle): string {
  const local = pascal(type);
  const overload = iterates ? `---@overload fun(): ${optionalType(iterates)}\n` : "";
  const shown = fields.map((field) => fieldText(field)).join("");
  return [
    `${luaComment(summary)}---@class ${className(local)}\n${shown}${overload}local ${local} = {}\n`,
    ...methods.map((method) => methodText(local, ":", method)),
  ].join("\n");
}

function declarationText({ kind, name = "", fields, open = false }: ObjectType | TextType): string {
  const doc = kind === "text" ? "---A text with fields besides.\n" : "";
  return `${doc}---@class ${className(name)}${kind === "text" ? ": string" : ""}\n${fields.map(fieldText).join("")}${open ? "---@field [string] any\n" : ""}`;
}

function fieldText({ name, type, optional, text }: Field): string {
  return `---@field ${luaKey(name)}${optional ? "?" : ""} ${luaType(type)}${remark(text)}\n`;
}

function methodText(owner: string, dot: "." | ":", { name, summary, capability, signatures }: ApiMethod): string {
  const [first, ...others] = signatures as [ApiSignature, ...ApiSignature[]];
  const member = toSnakeCase(name);
  const declared = luaMember(owner, member);
  const parameters = [...first.parameters.map((field) => luaName(field.name)), ...(first.rest ? ["..."] : [])];
  const written = declared.endsWith("]")
    ? `${declared} = function(${[...(dot === ":" ? ["self"] : []), ...parameters].join(", ")}) end`
    : `function ${owner}${dot}${member}(${parameters.join(", ")}) end`;
  const lastRequired = first.parameters.findLastIndex(({ optional }) => !optional);
  return [
    luaComment(summary, capability === undefined ? "" : `Needs the permission \`${capability}\`.`),
    ...first.parameters.map((field, index) => parameterText(field, index < lastRequired)),
    first.rest ? `---@param ... ${luaType(first.rest.type)}${remark(first.rest.text)}\n` : "",
    first.result.kind === "nil" ? "" : `---@return ${luaType(first.result)}\n`,
    ...others.map((signature) => overloadText(signature, dot === ":")),
    `${written}\n`,
  ].join("");
}

function parameterText({ name, type, optional, text }: Field, inner: boolean): string {
  const shown = optional && inner ? optionalType(type) : luaType(type);
  return `---@param ${luaName(name)}${optional && !inner ? "?" : ""} ${shown}${remark(text)}\n`;
}

function overloadText({ parameters, rest, result }: ApiSignature, withSelf: boolean): string {
  const texts = parameters.map(
    ({ name, type, optional }) => `${luaName(name)}${optional ? "?" : ""}: ${luaType(type)}`,
  );
  const all = [...(withSelf ? ["self"] : []), ...texts, ...(rest ? [`...: ${luaType(rest.type)}`] : [])];
  return `---@overload fun(${all.join(", ")}): ${luaType(result)}\n`;
}
