import { LlmspellError } from "../errors.ts";
import { nearestName } from "../values/nearest-name.ts";
import { isPlainObject, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import { isEqual } from "./equal.ts";
import { deleteAt, getAt, growthAt, parsePath, setAt } from "./paths.ts";
import type { Rows } from "./rows.ts";

export type Annex = "metadata" | "artifacts";

/** What can be asked of a state, as plain data. */
export type Query =
  | { op: "get"; path: string }
  | { op: "has"; path: string }
  | { op: "keys"; path?: string }
  | { op: "object"; path?: string }
  | { op: "versions" }
  | { op: "annex"; kind: Annex; name?: string }
  | { op: "messages" }
  /** Of the data, as `migrate` keeps it. */
  | { op: "dataVersion" };

/** What can be done to a state, as plain data. Each is done as a whole or not at all. */
export type Change =
  /** nil removes. */
  | { op: "set"; path: string; value: ScriptValue }
  | { op: "delete"; path: string }
  | { op: "replace"; data: ScriptObject }
  /** Replaces the data of a state that has none. */
  | { op: "begin"; data: ScriptObject }
  | { op: "snapshot"; name?: string; at: number }
  | { op: "restore"; version: number | string }
  | { op: "setAnnex"; kind: Annex; name: string; value: ScriptValue }
  | { op: "addMessage"; message: ScriptValue }
  | { op: "setDataVersion"; version: number };

/** Whether it changes data: not what stands beside it. */
export function changesData({ op }: Change): boolean {
  return op === "set" || op === "delete" || op === "replace" || op === "restore";
}

/** A change at or below a watched path. */
export interface Told {
  path: string;
  value: ScriptValue;
  before: ScriptValue;
}

export function ask(rows: Rows, query: Query): ScriptValue {
  switch (query.op) {
    case "get":
      return valueAt(rows, query.path) ?? null;
    case "has":
      return valueAt(rows, query.path) !== undefined;
    case "keys":
      return Object.keys(objectAt(rows, query.path));
    case "object":
      return objectAt(rows, query.path);
    case "versions":
      return Object.values(rows.all("versions"));
    case "annex":
      return query.name === undefined ? rows.all(query.kind) : (rows.get(query.kind, query.name) ?? null);
    case "messages":
      return Object.values(rows.all("messages"));
    case "dataVersion":
      return rows.get("schema", "version") ?? null;
  }
}

/** Throws `state.invalid` before anything has changed. */
export function apply(rows: Rows, change: Change): ScriptValue {
  switch (change.op) {
    case "set":
      setPath(rows, change.path, change.value ?? undefined);
      return null;
    case "delete": {
      const had = valueAt(rows, change.path) !== undefined;
      setPath(rows, change.path, undefined);
      return had;
    }
    case "replace":
      rows.replace("data", change.data);
      return null;
    case "begin":
      if (Object.keys(rows.all("data")).length === 0) rows.replace("data", change.data);
      return null;
    case "snapshot":
      return snapshot(rows, change.name, change.at);
    case "restore":
      restore(rows, change.version);
      return null;
    case "setDataVersion":
      rows.put("schema", "version", change.version);
      return null;
    case "setAnnex":
      rows.put(change.kind, change.name, change.value ?? undefined);
      return null;
    case "addMessage":
      rows.put("messages", String(rows.count("messages") + 1), change.message);
      return null;
  }
}

/** Does `work`, and says what of the watched paths is different after it. An empty path is the whole data. */
export function watching<T>(rows: Rows, watched: readonly string[], work: () => T): { value: T; told: Told[] } {
  const look = (path: string) => (path === "" ? rows.all("data") : valueAt(rows, path));
  const before = watched.map(look);
  const value = work();
  const told = watched.map((path, index) => ({ path, value: look(path), before: before[index] }));
  return { value, told: told.filter((each) => !isEqual(each.value, each.before)) };
}

function valueAt(rows: Rows, path: string): ScriptValue {
  const [top, ...rest] = parsePath(path) as [string, ...string[]];
  return getAt(rows.get("data", top), rest);
}

function objectAt(rows: Rows, path: string | undefined): ScriptObject {
  if (path === undefined) return rows.all("data");
  const value = valueAt(rows, path) ?? {};
  if (isPlainObject(value)) return value;
  throw new LlmspellError("state.invalid", `what is at "${path}" is no object`, {
    details: { path },
    hint: "Read it as a whole with get.",
  });
}

function setPath(rows: Rows, path: string, value: ScriptValue): void {
  const [top, ...rest] = parsePath(path) as [string, ...string[]];
  const before = rows.get("data", top);
  if (value === undefined && getAt(before, rest) === undefined) return;
  if (rest.length === 0) rows.put("data", top, value);
  else {
    const after = value === undefined ? deleteAt(before, rest) : setAt(before, rest, value, path);
    rows.put("data", top, after, before === undefined ? undefined : growthAt(before, after, rest));
  }
}

/** A version of the same name gives way; its number is not used again. */
function snapshot(rows: Rows, name: string | undefined, at: number): number {
  const versions = rows.all("versions");
  const id = Math.max(0, ...Object.keys(versions).map(Number)) + 1;
  for (const old of name === undefined ? [] : Object.keys(versions)) {
    if ((versions[old] as ScriptObject).name !== name) continue;
    rows.put("versions", old, undefined);
    rows.put("contents", old, undefined);
  }
  const dataVersion = rows.get("schema", "version");
  const about = {
    id,
    at,
    ...(name === undefined ? {} : { name }),
    ...(dataVersion === undefined ? {} : { dataVersion }),
  };
  rows.put("versions", String(id), about);
  rows.put("contents", String(id), rows.all("data"));
  return id;
}

/** The data of a version, which may be of an older version of the spell: it is migrated when the state is opened next. */
function restore(rows: Rows, version: number | string): void {
  const { id, dataVersion } = versionOf(rows, version);
  const content = rows.get("contents", String(id)) as ScriptObject;
  rows.replace("data", content);
  rows.put("schema", "version", dataVersion);
}

function versionOf(rows: Rows, version: number | string): ScriptObject {
  const found = Object.values(rows.all("versions")).find((each) => {
    const { id, name } = each as ScriptObject;
    return typeof version === "string" ? name === version : id === version;
  }) as ScriptObject | undefined;
  if (found) return found;
  const names = Object.values(rows.all("versions")).flatMap((each) => ((each as ScriptObject).name as string) ?? []);
  const near = typeof version === "string" ? nearestName(version, names) : undefined;
  const meant = near === undefined ? "" : ` (did you mean "${near}"?)`;
  throw new LlmspellError("state.invalid", `there is no version ${JSON.stringify(version)} of the state${meant}`, {
    hint: "versions() tells which there are, list() their names.",
  });
}
