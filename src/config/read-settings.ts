import path from "node:path";
import { toSnakeCase } from "../engine/naming.ts";
import { namesAddress } from "../policy/names-address.ts";
import { nearestName } from "../values/nearest-name.ts";
import { type ConfigFile, problemAt } from "./config-file.ts";
import { interpolate } from "./interpolate.ts";
import { isInside } from "./is-inside.ts";
import type { Assignment } from "./origin.ts";
import type { Problem } from "./problem.ts";
import { type Scalar, readValue } from "./read-value.ts";
import {
  type ConfigValue,
  type GroupSetting,
  type LeafSetting,
  type MapSetting,
  type Setting,
  isLeaf,
} from "./setting.ts";

/** What the settings of one file are read with. */
export interface FileScope {
  file: ConfigFile;
  owner: "user" | "project";
  /** What the file says counts as said by the user. */
  trusted: boolean;
  /** Folder of the project that the file belongs to. */
  root: string;
  home: string;
  env: Readonly<Record<string, string | undefined>>;
  report(problem: Problem): void;
}

/** Where a value stands. */
interface At {
  /** Keys as the file writes them. */
  keys: readonly string[];
  /** Keys of the setting. */
  path: readonly string[];
  profile?: string;
}

/** Names of variables that hold what nobody else should see. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH/i;

/** The settings that a part of a file makes; what is wrong goes to the scope's `report`, all of it. */
export function readSettings(scope: FileScope, given: unknown, setting: Setting, at: At): Assignment[] {
  if (isLeaf(setting)) return readLeaf(scope, given, setting, at);
  // A group without members, as where all are commented out.
  if (given === null) return [];
  if (!isPlainObject(given)) {
    complain(scope, at, `${at.path.join(".") || "the file"} wants keys with values`);
    return [];
  }
  const seen = new Set<string>();
  return Object.entries(given).flatMap(([key, item]) => {
    const keys = [...at.keys, key];
    const member = memberOf(setting, key);
    if (!member) {
      complain(scope, { keys }, ...unknownKey(key, at.path, setting as GroupSetting, at.profile === undefined));
      return [];
    }
    if (seen.has(member.name)) complain(scope, { keys }, `the key "${key}" stands here in two spellings`);
    seen.add(member.name);
    return readSettings(scope, item, member.setting, { ...at, keys, path: [...at.path, member.name] });
  });
}

function memberOf(setting: GroupSetting | MapSetting, key: string): { name: string; setting: Setting } | undefined {
  if (setting.type === "map") return { name: key, setting: setting.of };
  const name = toSnakeCase(key);
  return Object.hasOwn(setting.members, name) ? { name, setting: setting.members[name] as Setting } : undefined;
}

/** Message and hint for a key that is none. */
function unknownKey(
  key: string,
  within: readonly string[],
  { members }: GroupSetting,
  mayExtend: boolean,
): [message: string, hint?: string] {
  const known = [...Object.keys(members), ...(within.length === 0 && mayExtend ? ["extends", "profiles"] : [])];
  const near = nearestName(toSnakeCase(key), known);
  const place = within.length > 0 ? `${within.join(".")} has no key` : "there is no key";
  const message = `${place} "${key}"`;
  return near ? [`${message} (did you mean "${near}"?)`] : [message, `Known here: ${known.join(", ")}.`];
}

function readLeaf(scope: FileScope, given: unknown, setting: LeafSetting, at: At): Assignment[] {
  const name = at.path.join(".");
  const isList = setting.type === "list";
  if (setting.guard === "user" && !scope.trusted) {
    complain(scope, at, `${name} can only be set by the user, not by a project's file`, trustHint(scope));
    return [];
  }
  if (isList !== Array.isArray(given) && (isList || typeof given === "object")) {
    const got = Array.isArray(given) ? "a list" : isPlainObject(given) ? "keys with values" : "one value";
    if (isList || given !== null) {
      complain(scope, at, `${name} wants ${isList ? "a list" : "one value"}, got ${got}`);
      return [];
    }
  }
  const { file, owner, trusted } = scope;
  const read = isList
    ? (given as unknown[]).map((item, index) =>
        readItem(scope, item, setting.of, {
          ...at,
          keys: [...at.keys, String(index)],
          name: `${name}[${index}]`,
          of: setting,
        }),
      )
    : [readItem(scope, given, setting, { ...at, name, of: setting })];
  if (read.includes(undefined)) return [];
  const items = read as Item[];
  const origin = {
    kind: "file",
    owner,
    trusted,
    file,
    keys: at.keys,
    variables: items.flatMap(({ variables }) => variables),
    ...(at.profile === undefined ? {} : { profile: at.profile }),
  } as const;
  const value = isList ? items.map((item) => item.value as string) : (items[0] as Item).value;
  return [{ path: at.path, setting, value, origin }];
}

interface Item {
  value: ConfigValue;
  /** Variables that it was made with. */
  variables: readonly string[];
}

/** A value, or an item of a list; undefined for what was wrong. `of` is the whole setting. */
function readItem(
  scope: FileScope,
  given: unknown,
  setting: LeafSetting,
  at: At & { name: string; of: LeafSetting },
): Item | undefined {
  const { name, of } = at;
  const refuse = (problem: string, hint?: string): undefined =>
    void complain(scope, at, `${name}${problem.startsWith(":") ? "" : " "}${problem}`, hint, of.secret);
  if (typeof given === "object" && given !== null) return refuse("wants one value");
  const filled = typeof given === "string" ? interpolate(given, scope.env) : undefined;
  if (filled && "problem" in filled)
    return refuse(`: ${filled.problem}`, "Write ${NAME:-default} for a variable that may be absent.");
  const variables = filled?.variables ?? [];
  const leaked = scope.trusted || of.secret ? undefined : variables.find((variable) => SECRET_NAME.test(variable));
  if (leaked !== undefined)
    return refuse(`: a project's file may not use the variable ${leaked} here`, trustHint(scope));
  const result = readValue(setting, (filled ? filled.text : (given ?? null)) as Scalar, {
    folder: path.dirname(scope.file.file),
    home: scope.home,
    asText: filled !== undefined && filled.text !== given,
  });
  if ("problem" in result) return refuse(result.problem);
  const refused = scope.trusted ? undefined : refusedToProjects(scope, of, result.value);
  if (refused !== undefined) return refuse(refused, trustHint(scope));
  return { value: result.value, variables };
}

/** Why a project's file may not say this by itself, if so. */
function refusedToProjects({ root }: FileScope, { guard }: LeafSetting, value: ConfigValue): string | undefined {
  if (guard === "inside" && path.isAbsolute(String(value)) && !isInside(root, String(value)))
    return "names a path outside of the project, which a project's file may not";
  if (guard === "public" && namesAddress(String(value)))
    return `names ${String(value)}, which may be private: a project's file may only name public hosts`;
  return undefined;
}

function trustHint({ root }: Pick<FileScope, "root">): string {
  return `Set it in your own configuration (see llmspell config path), or add ${root} to security.trusted_folders there.`;
}

function complain(
  { file, report }: FileScope,
  { keys }: Pick<At, "keys">,
  message: string,
  hint?: string,
  secret = false,
): void {
  const problem = problemAt(file, file.document.placeOf(keys), message, hint);
  if (secret) delete problem.excerpt;
  report(problem);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
