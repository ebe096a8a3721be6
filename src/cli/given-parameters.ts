import type { RunOptions } from "../runtime/runtime-options.ts";
import type { Spell } from "../runtime/spell.ts";
import type { GivenParameter } from "../spells/parameters.ts";
import { parseParams, readParams } from "./options.ts";
import { type KnownOption, readSpellArguments } from "./spell-arguments.ts";

export interface ParameterFlags {
  param?: string[];
  paramsFile?: string;
  replay?: string;
}

/** What stands on the command line behind the command's name. */
export interface CommandTokens {
  tokens: readonly string[];
  options: readonly KnownOption[];
  target: string;
}

/**
 * Parameters and positional arguments of a run. Of a spell that declares parameters they are read by their types and
 * checked; flags go over `--param`, and both over `--params-file`. Throws `usage.invalid`, `params.invalid`.
 */
export async function givenParameters(
  spell: Spell,
  flags: ParameterFlags,
  { tokens, options, target }: CommandTokens,
  workspace: string | undefined,
): Promise<Required<Pick<RunOptions, "params" | "args">>> {
  const declared = spell.manifest?.parameters ?? [];
  const { given, args } = readSpellArguments(tokens, options, target, declared);
  if (declared.length === 0 && flags.paramsFile === undefined) return { params: parseParams(flags.param ?? []), args };
  const { readParamsFile } = await import("./read-params-file.ts");
  const { declaredParameters } = await import("../runtime/declared-run.ts");
  const all: GivenParameter[] = [
    ...(flags.paramsFile === undefined ? [] : await readParamsFile(flags.paramsFile)),
    ...readParams(flags.param ?? []),
    ...given,
  ];
  // A replay takes what is not given from its recording.
  const wanted = flags.replay === undefined ? declared : declared.map(({ default: _, required: __, ...rule }) => rule);
  return { params: await declaredParameters(spell, wanted, all, workspace), args };
}
