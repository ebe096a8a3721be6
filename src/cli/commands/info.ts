import { type SpellDescription, describeSpell } from "../../runtime/describe-spell.ts";
import { builtInEngines } from "../../runtime/engines.ts";
import { loadSpell } from "../../runtime/spell.ts";
import type { DeclaredLimits, DeclaredPermissions } from "../../spells/manifest.ts";
import { showDuration, showSize } from "../../values/units.ts";
import { colors } from "../colors.ts";
import { printable } from "../printable.ts";
import { type ConfigFlags, loadSettings } from "../settings.ts";
import { spellFoldersOf } from "../spell-folders.ts";
import { parameterRows } from "../spell-help.ts";
import { jsonText } from "../result.ts";

/** `llmspell info SPELL`. */
export async function infoCommand(
  target: string,
  options: ConfigFlags & { engine?: string; json?: boolean },
): Promise<void> {
  const spellFolders = spellFoldersOf(await loadSettings(options));
  const spell = describeSpell(await loadSpell(target, builtInEngines(), { engine: options.engine, spellFolders }));
  process.stdout.write(options.json ? jsonText(spell) : printable(spellText(spell)));
}

function spellText(spell: SpellDescription): string {
  const { bold, dim } = colors(process.stdout);
  const rows: [string, string | undefined][] = [
    ["engine", spell.engine],
    ["script", spell.file],
    ["manifest", spell.manifest === spell.file ? "the script's header" : (spell.manifest ?? "none")],
    ["author", spell.author],
    ["license", spell.license],
    ["homepage", spell.homepage],
    ["keywords", listed(spell.keywords)],
    ["depends on", listed(spell.dependencies)],
    ["needs", permissionsText(spell.permissions)],
    ["limits", limitsText(spell.limits)],
    ["model", spell.models?.model],
  ];
  const given = rows.filter((row): row is [string, string] => row[1] !== undefined);
  const parameters = parameterRows(spell.parameters, []);
  const width = Math.max(0, ...parameters.map(({ term }) => term.length));
  return [
    `${bold(spell.name)}${spell.version === undefined ? "" : ` ${spell.version}`}`,
    ...(spell.description === undefined ? [] : [spell.description.trim()]),
    "",
    ...given.map(([name, value]) => `${dim(name.padEnd(10))}  ${value}`),
    "",
    parameters.length > 0 ? dim("parameters") : "It declares no parameters.",
    ...parameters.map(({ term, about }) => `  ${term.padEnd(width)}  ${about}`.trimEnd()),
    "",
  ].join("\n");
}

function listed(items: readonly string[] = []): string | undefined {
  return items.length > 0 ? items.join(", ") : undefined;
}

function permissionsText(permissions: DeclaredPermissions | undefined): string | undefined {
  if (!permissions) return undefined;
  const { net = [], privateNet = [], env = [], commands = [], fs = "none", state = "spell" } = permissions;
  const hosts = [...new Set([...net, ...privateNet])];
  const needs = [
    ...(hosts.length > 0 ? [`network: ${hosts.join(", ")}`] : []),
    ...(env.length > 0 ? [`environment: ${env.join(", ")}`] : []),
    ...(commands.length > 0 ? [`programs: ${commands.join(", ")}`] : []),
    ...(fs === "none" ? [] : [`files: ${fs}`]),
    ...(state === "shared" ? ["state that spells share"] : []),
  ];
  return needs.length > 0 ? needs.join("; ") : "nothing";
}

function limitsText(limits: DeclaredLimits = {}): string | undefined {
  const show = (name: string, value: number) =>
    name.endsWith("Bytes") ? showSize(value) : name.endsWith("Ms") ? showDuration(value) : String(value);
  return listed(
    Object.entries(limits).map(
      ([name, value]) => `${name.replace(/^(memory)Bytes$|Ms$/, "$1")} ${show(name, value as number)}`,
    ),
  );
}
