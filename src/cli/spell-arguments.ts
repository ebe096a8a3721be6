import type { Option } from "commander";
import { LlmspellError } from "../errors.ts";
import type { Parameter } from "../spells/manifest.ts";
import { findParameter, flagName } from "../spells/flag-name.ts";
import type { GivenParameter } from "../spells/parameters.ts";
import { nearestName } from "../values/nearest-name.ts";

export interface SpellArguments {
  /** Parameters that were given as flags of their own. */
  given: GivenParameter[];
  /** Positional arguments: the script's `args`. */
  args: string[];
}

/** A command's options as far as reading the command line needs them. */
export type KnownOption = Pick<Option, "long" | "short" | "required" | "optional">;

/**
 * Reads what stands behind the name of a command, e.g. `spell.lua --topic tides first -- --second`: behind the spell every
 * flag that is no option of the command is a parameter of the spell; everything behind `--` is positional. Throws
 * `usage.invalid`.
 */
export function readSpellArguments(
  tokens: readonly string[],
  options: readonly KnownOption[],
  spell: string,
  parameters: readonly Parameter[],
): SpellArguments {
  const read: SpellArguments = { given: [], args: [] };
  let seenSpell = false;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as string;
    if (token === "--") {
      read.args.push(...tokens.slice(at + 1 + (seenSpell ? 0 : 1)));
      break;
    }
    if (!isFlag(token)) {
      if (seenSpell) read.args.push(token);
      seenSpell = true;
      continue;
    }
    const known = knownLength(token, tokens[at + 1], options);
    if (known > 0) at += known - 1;
    else if (!seenSpell) throw unknownFlag(token, options, spell, []);
    else
      at += readFlag(
        token,
        tokens[at + 1],
        read.given,
        () => unknownFlag(token, options, spell, parameters),
        parameters,
      );
  }
  return read;
}

/** `-5` and `-` are values. */
function isFlag(token: string): boolean {
  return token.startsWith("-") && token !== "-" && !/^-\d/.test(token);
}

/** How many tokens an option of the command takes; 0 for what is none. */
function knownLength(token: string, next: string | undefined, options: readonly KnownOption[]): number {
  const isLong = token.startsWith("--");
  const name = isLong ? token.split("=", 1)[0] : token.slice(0, 2);
  const option = options.find(({ long, short }) => name === (isLong ? long : short));
  if (!option) return 0;
  const isWhole = isLong ? name === token : token.length === 2;
  if (!isWhole) return 1;
  return option.required || (option.optional && next !== undefined && !next.startsWith("-")) ? 2 : 1;
}

/** Reads one flag of a parameter; returns how many of the tokens behind it belong to it. */
function readFlag(
  token: string,
  next: string | undefined,
  given: GivenParameter[],
  unknown: () => LlmspellError,
  parameters: readonly Parameter[],
): number {
  const [, flag = "", value] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(token) ?? [];
  const parameter = findParameter(parameters, flag);
  if (!parameter) {
    const negated = flag.startsWith("no-") ? findParameter(parameters, flag.slice(3)) : undefined;
    if (negated?.type !== "boolean" || value !== undefined) throw unknown();
    given.push({ name: negated.name, value: false });
    return 0;
  }
  const { name } = parameter;
  if (value !== undefined) given.push({ name, text: value });
  else if (parameter.type === "boolean") given.push({ name, value: true });
  else if (next === undefined || isFlag(next))
    throw new LlmspellError("usage.invalid", `${token} wants a value`, {
      hint: `A value that begins with a dash is written --${flagName(name)}=VALUE.`,
    });
  else given.push({ name, text: next });
  return value === undefined && parameter.type !== "boolean" ? 1 : 0;
}

function unknownFlag(
  token: string,
  options: readonly KnownOption[],
  spell: string,
  parameters: readonly Parameter[],
): LlmspellError {
  const flag = token.split("=", 1)[0] as string;
  const own = parameters.map(({ name }) => `--${flagName(name)}`);
  const near = nearestName(flag, [...own, ...options.flatMap(({ long }) => long ?? [])]);
  const hint =
    parameters.length > 0
      ? `llmspell run ${spell} --help shows the spell's parameters.`
      : "Flags of a spell's own parameters stand behind the spell, which has to declare them; --param name=value passes any.";
  return new LlmspellError(
    "usage.invalid",
    `unknown option ${flag}${near === undefined ? "" : ` (did you mean ${near}?)`}`,
    {
      hint,
    },
  );
}
