import { type LeafSetting, type Setting, isLeaf } from "../../src/config/setting.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { variableOf } from "../../src/config/variables.ts";

/** `docs/configuration.md`: a table for each group of settings. */
export function configurationPage(introduction: string): string {
  const groups = Object.entries(SETTINGS.members).map(([name, setting]) => groupSection(name, setting));
  return `${[introduction.trimEnd(), ...groups].join("\n\n")}\n`;
}

function groupSection(name: string, setting: Setting): string {
  const rows = leavesOf(setting, [name]).map(({ path, leaf }) => {
    const variable = `\`${variableOf(path)}\``;
    const meaning = leaf.unused === undefined ? leaf.summary : `${leaf.summary} Without effect: ${leaf.unused}.`;
    return `| \`${path.join(".")}\` | ${typeOf(leaf)} | ${cell(leaf.default ?? "none")} | ${cell(meaning)} | ${variable} |`;
  });
  return [
    `### ${name}`,
    "",
    setting.summary,
    "",
    "| key | type | default | meaning | variable |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function leavesOf(setting: Setting, path: readonly string[]): { path: readonly string[]; leaf: LeafSetting }[] {
  if (isLeaf(setting)) return [{ path, leaf: setting }];
  if (setting.type === "map") return leavesOf(setting.of, [...path, setting.key]);
  return Object.entries(setting.members).flatMap(([key, member]) => leavesOf(member, [...path, key]));
}

function typeOf(leaf: LeafSetting): string {
  switch (leaf.type) {
    case "flag":
      return "true or false";
    case "number":
      return leaf.whole ? "whole number" : "number";
    case "choice":
      return leaf.choices.map((choice) => `\`${choice}\``).join(", ");
    case "list":
      return `list of ${leaf.of.type === "choice" ? typeOf(leaf.of) : `${leaf.of.type}s`}`;
    case "text":
      return leaf.form === "url" ? "address" : "text";
    default:
      return leaf.type;
  }
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
