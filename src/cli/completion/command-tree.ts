import type { Argument, Command, Option } from "commander";

/** What may stand in a place of the command line. */
export type Values =
  | { kind: "words"; words: readonly string[] }
  /** Scripts, and folders on the way to them. */
  | { kind: "spells"; extensions: readonly string[] }
  | { kind: "files" }
  | { kind: "folders" }
  /** Something that nobody can guess. */
  | { kind: "free" };

export interface Flag {
  /** `-e`. */
  short?: string;
  /** `--engine`. */
  long?: string;
  description: string;
  /** Absent for a switch. */
  values?: Values;
  repeatable: boolean;
}

/** A command as a shell completes it. The program itself is the one without a path. */
export interface CompletedCommand {
  /** `["model", "list"]`. */
  path: readonly string[];
  /** Its name and aliases. */
  names: readonly string[];
  description: string;
  flags: readonly Flag[];
  /** Of its positional arguments, in order; the last one of a list repeats. */
  args: readonly Values[];
  commands: readonly CompletedCommand[];
}

/** Names that flags and arguments mean. */
export interface KnownNames {
  engines: readonly string[];
  extensions: readonly string[];
  models: readonly string[];
}

/** Commands whose file is a script. */
const OF_SPELLS = new Set(["run", "check", "info"]);

/** The command line as commander knows it, as plain data. */
export function commandTree(program: Command, known: KnownNames): CompletedCommand {
  return describe(program, [], known);
}

function describe(command: Command, path: readonly string[], known: KnownNames): CompletedCommand {
  const help = command.createHelp();
  const inner = help.visibleCommands(command).filter((each) => each.name() !== "help");
  return {
    path,
    names: [command.name(), ...command.aliases()],
    description: command.description(),
    flags: help.visibleOptions(command).map((option) => flagOf(option, known)),
    args: command.registeredArguments.map((argument) => argumentValues(argument, path, known)),
    commands: inner.map((each) => describe(each, [...path, each.name()], known)),
  };
}

function flagOf(option: Option, known: KnownNames): Flag {
  const { short, long, description, required, optional, flags, argChoices, parseArg } = option;
  const placeholder = /[<[]([^>\].]+)/.exec(flags)?.[1] ?? "";
  return {
    ...(short ? { short } : {}),
    ...(long ? { long } : {}),
    description,
    ...(required || optional ? { values: flagValues(long ?? "", placeholder, argChoices, known) } : {}),
    repeatable: option.variadic || parseArg !== undefined,
  };
}

function flagValues(long: string, placeholder: string, choices: string[] | undefined, known: KnownNames): Values {
  if (choices) return { kind: "words", words: choices };
  if (long === "--engine") return { kind: "words", words: known.engines };
  if (long === "--model") return { kind: "words", words: known.models };
  if (placeholder === "folder" || placeholder === "folders") return { kind: "folders" };
  return placeholder === "file" || placeholder === "files" ? { kind: "files" } : { kind: "free" };
}

function argumentValues(argument: Argument, path: readonly string[], known: KnownNames): Values {
  const name = argument.name();
  if (argument.argChoices) return { kind: "words", words: argument.argChoices };
  if (name === "model") return { kind: "words", words: known.models };
  if (name === "folder") return { kind: "folders" };
  if (name === "file" || name === "files" || name === "spell")
    return OF_SPELLS.has(path.join(" ")) ? { kind: "spells", extensions: known.extensions } : { kind: "files" };
  return argument.variadic ? { kind: "files" } : { kind: "free" };
}
