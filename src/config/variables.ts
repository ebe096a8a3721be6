import { nearestName } from "../values/nearest-name.ts";
import type { Assignment } from "./origin.ts";
import type { Problem } from "./problem.ts";
import { type ReadContext, readValue } from "./read-value.ts";
import { type ConfigValue, type LeafSetting, type Setting, isLeaf } from "./setting.ts";
import { OTHER_VARIABLES, SETTINGS, SHORT_VARIABLES } from "./settings.ts";

const PREFIX = "LLMSPELL_";

type Environment = Readonly<Record<string, string | undefined>>;

/** The variable of a setting: `LLMSPELL_BRIDGES__LLM__TIMEOUT`. */
export function variableOf(path: readonly string[]): string {
  return PREFIX + path.map((key) => key.toUpperCase().replaceAll("-", "_")).join("__");
}

/**
 * The settings that variables make. One with a wrong value is a problem; one that names no setting is only told, since
 * other programs may have such variables too.
 */
export function readVariables(
  env: Environment,
  context: Omit<ReadContext, "asText">,
  report: { problem(problem: Problem): void; notice(notice: Problem, isLikely: boolean): void },
): Assignment[] {
  const names = Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !Object.hasOwn(OTHER_VARIABLES, name) && env[name]?.trim())
    // The long name of a setting goes over the short one.
    .toSorted(
      (a, b) =>
        Number(Object.hasOwn(SHORT_VARIABLES, b)) - Number(Object.hasOwn(SHORT_VARIABLES, a)) || (a < b ? -1 : 1),
    );
  const assignments: Assignment[] = [];
  for (const name of names) {
    const found = settingOf(name);
    if (!found) {
      const near = nearestVariable(name);
      const message = `the variable ${name} names no setting${near ? ` (did you mean ${near}?)` : ""}`;
      report.notice({ message }, near !== undefined);
      continue;
    }
    const isShortFlag = Object.hasOwn(SHORT_VARIABLES, name) && found.setting.type === "flag";
    const result = isShortFlag
      ? { value: !["0", "false"].includes((env[name] as string).trim()) }
      : readText(found.setting, (env[name] as string).trim(), { ...context, asText: true });
    if ("problem" in result) report.problem({ message: `${name} ${result.problem}` });
    else assignments.push({ ...found, value: result.value, origin: { kind: "variable", name } });
  }
  return assignments;
}

function settingOf(name: string): { path: readonly string[]; setting: LeafSetting } | undefined {
  const short = Object.hasOwn(SHORT_VARIABLES, name) ? SHORT_VARIABLES[name] : undefined;
  const keys = short?.split(".") ?? name.slice(PREFIX.length).toLowerCase().split("__");
  const path: string[] = [];
  let setting: Setting = SETTINGS;
  for (const key of keys) {
    if (key === "" || isLeaf(setting)) return undefined;
    // Names of variables have no hyphens, those of headers no underscores.
    const step: string = setting.type === "map" && isLeaf(setting.of) ? key.replaceAll("_", "-") : key;
    path.push(step);
    const next: Setting | undefined =
      setting.type === "map" ? setting.of : Object.hasOwn(setting.members, step) ? setting.members[step] : undefined;
    if (!next) return undefined;
    setting = next;
  }
  return isLeaf(setting) ? { path, setting } : undefined;
}

function readText(
  setting: LeafSetting,
  text: string,
  context: ReadContext,
): { value: ConfigValue } | { problem: string } {
  if (setting.type !== "list") return readValue(setting, text, context);
  const items = text.startsWith("[") ? jsonList(text) : text.split(",").map((item) => item.trim());
  if (!items) return { problem: `wants names between commas or a JSON list of text, got "${text}"` };
  const read = items.filter((item) => item !== "").map((item) => readValue(setting.of, item, context));
  const failed = read.find((item) => "problem" in item);
  return failed ?? { value: read.map((item) => (item as { value: string }).value) };
}

function jsonList(text: string): string[] | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
  } catch {
    return undefined;
  }
}

function nearestVariable(name: string): string | undefined {
  const known = [...leafVariables(SETTINGS, []), ...Object.keys(SHORT_VARIABLES), ...Object.keys(OTHER_VARIABLES)];
  const near = nearestName(
    name.slice(PREFIX.length),
    known.map((variable) => variable.slice(PREFIX.length)),
  );
  return near && PREFIX + near;
}

function leafVariables(setting: Setting, path: readonly string[]): string[] {
  if (isLeaf(setting)) return [variableOf(path)];
  if (setting.type === "map") return [];
  return Object.entries(setting.members).flatMap(([key, member]) => leafVariables(member, [...path, key]));
}
