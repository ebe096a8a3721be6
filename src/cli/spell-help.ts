import type { Command } from "commander";
import type { SpellDescription } from "../runtime/describe-spell.ts";
import { describeRule } from "../spells/describe-rule.ts";
import type { Parameter } from "../spells/manifest.ts";
import { flagName } from "../spells/flag-name.ts";
import { showValue } from "../spells/show-value.ts";
import { colors } from "./colors.ts";
import { printable } from "./printable.ts";
import type { KnownOption } from "./spell-arguments.ts";

/** The help of a spell: what it is and its parameters, before the options of `run`. */
export function spellHelp(command: Command, target: string, spell: SpellDescription): string {
  const options = command.helpInformation();
  const tail = options.slice(options.indexOf("\nOptions:"));
  const { bold, dim } = colors(process.stdout);
  const version = spell.version === undefined ? "" : ` ${spell.version}`;
  const parameters = parameterRows(spell.parameters, command.options);
  const width = Math.max(0, ...parameters.map(({ term }) => term.length));
  const rows = parameters.map(({ term, about }) => `  ${term.padEnd(width)}  ${about}`.trimEnd());
  return printable(
    [
      `Usage: llmspell run ${target} [options] [args...]`,
      "",
      `${bold(spell.name)}${dim(version)}`,
      ...(spell.description === undefined ? [] : [spell.description.trim()]),
      "",
      ...(rows.length > 0 ? ["Parameters:", ...rows] : ["It declares no parameters; --param name=value passes any."]),
      tail,
    ].join("\n"),
  );
}

/** A parameter's flag and what is to know about it. One whose flag is an option of the command goes by --param. */
export function parameterRows(
  parameters: readonly Parameter[],
  options: readonly KnownOption[],
): { term: string; about: string }[] {
  return parameters.map((parameter) => {
    const { name, type, required, default: value } = parameter;
    const flag = `--${flagName(name)}`;
    const isTaken = options.some(({ long }) => long === flag);
    const term = isTaken ? `--param ${name}=<${type}>` : type === "boolean" ? flag : `${flag} <${type}>`;
    const wants = describeRule(parameter);
    const facts = [
      ...(wants === PLAIN[type] ? [] : [wants]),
      ...(value === undefined ? (required ? ["required"] : []) : [`default: ${showValue(value)}`]),
    ];
    const about = [parameter.description?.trim(), facts.length > 0 ? `(${facts.join("; ")})` : undefined];
    return { term, about: about.filter((part) => part !== undefined).join(" ") };
  });
}

/** What a type says by itself. */
const PLAIN: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  file: "the path of a file",
  any: "any value",
};
