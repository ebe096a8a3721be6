import { statSync } from "node:fs";
import path from "node:path";
import type { Parameter, SpellManifest } from "../spells/manifest.ts";
import { type GivenParameter, resolveParameters } from "../spells/parameters.ts";
import { grantDeclared } from "./declared-permissions.ts";
import { requireDependencies } from "./dependencies.ts";
import type { RunOptions, RuntimeOptions } from "./runtime-options.ts";
import type { Spell } from "./spell.ts";

/**
 * The options of a run of a spell that has a manifest: its limits and models under those of the run, its parameters
 * checked and filled in, its permissions. Throws `params.invalid`, `permission.denied`, `script.dependency_not_found`.
 */
export async function declaredRun(
  spell: Spell,
  manifest: SpellManifest,
  runtime: RuntimeOptions,
  run: RunOptions,
): Promise<RunOptions> {
  const given = Object.entries(run.params ?? {}).map(([name, value]) => ({ name, value }));
  const params = await declaredParameters(spell, manifest.parameters, given, run.workspace ?? runtime.workspace);
  requireDependencies(spell, manifest, runtime);
  const permissions = grantDeclared(spell, manifest.permissions, runtime.permissions ?? {}, run);
  return {
    ...run,
    params,
    limits: { ...manifest.limits, ...run.limits },
    models: { ...manifest.models, ...run.models },
    ...(permissions ? { permissions } : {}),
  };
}

/** Parameters as a spell declares them: read, checked, with defaults. Throws `params.invalid`. */
export function declaredParameters(
  spell: Spell,
  declared: readonly Parameter[],
  given: readonly GivenParameter[],
  workspace = ".",
): Promise<Record<string, unknown>> {
  const root = path.resolve(workspace);
  return resolveParameters(declared, given, {
    spell: spell.name,
    fileProblem: (file) => fileProblem(root, file, spell.folder),
  });
}

/** A spell reads files in its workspace and nowhere else, so a file elsewhere is not looked for. */
function fileProblem(workspace: string, file: string, folder: string | undefined): string | undefined {
  const full = path.resolve(workspace, file);
  const relative = path.relative(workspace, full);
  if (relative.startsWith("..") || path.isAbsolute(relative))
    return `${file} lies outside of the workspace, ${workspace}`;
  const stat = file.includes("\0") ? undefined : statSync(full, { throwIfNoEntry: false });
  if (!stat) return `${file} does not exist in the workspace, ${workspace}${besideSpell(folder, file)}`;
  return stat.isFile() ? undefined : `${file} is no file`;
}

/** Examples bring their files along. */
function besideSpell(folder: string | undefined, file: string): string {
  if (folder === undefined || file.includes("\0")) return "";
  const isThere = statSync(path.resolve(folder, file), { throwIfNoEntry: false })?.isFile() ?? false;
  return isThere ? `; one lies beside the spell: --workspace ${path.relative(".", folder) || "."}` : "";
}
