import { isDeepStrictEqual } from "node:util";
import { isPlainObject } from "../values/script-value.ts";
import type { JsonSchema } from "./json-schema.ts";

export interface SchemaChange {
  /** JSON Pointer into the schema. */
  path: string;
  kind: "added" | "removed" | "changed";
  /** Values that fitted before may not fit now, or lack what readers know. */
  breaking: boolean;
  message: string;
}

const MAX_DEPTH = 64;
const WORDS = new Set(["title", "description", "default", "examples", "$comment", "$schema", "$id", "deprecated"]);
const HIGHER = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]);
const LOWER = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]);

/** What changed between two schemas, in the order of the paths, and whether that breaks what fitted the first. */
export function diffSchemas(before: JsonSchema, after: JsonSchema): SchemaChange[] {
  const changes: SchemaChange[] = [];
  compare(before, after, "", changes, 0);
  return changes;
}

function compare(before: JsonSchema, after: JsonSchema, path: string, changes: SchemaChange[], depth: number): void {
  if (depth > MAX_DEPTH) return;
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[key], after[key]];
    if (isDeepStrictEqual(old, now)) continue;
    const at = `${path}/${key}`;
    if (key === "properties") compareProperties(before, after, path, changes, depth);
    else if (key === "required") compareRequired(before, after, at, changes);
    else if (key === "type") changes.push(typeChange(old, now, at));
    else if (key === "enum") compareEnum(old, now, at, changes);
    else if ((key === "$defs" || key === "definitions") && isPlainObject(old) && isPlainObject(now)) {
      for (const name of Object.keys(old)) {
        if (isPlainObject(old[name]) && isPlainObject(now[name]))
          compare(old[name], now[name], `${at}/${name}`, changes, depth + 1);
      }
    } else if (isPlainObject(old) && isPlainObject(now) && !WORDS.has(key) && key !== "const")
      compare(old, now, at, changes, depth + 1);
    else changes.push(keywordChange(key, old, now, at));
  }
}

function compareProperties(
  before: JsonSchema,
  after: JsonSchema,
  path: string,
  changes: SchemaChange[],
  depth: number,
): void {
  const [old, now] = [propertiesOf(before), propertiesOf(after)];
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const at = `${path}/properties/${pointer(name)}`;
    const [was, is] = [own(old, name), own(now, name)];
    if (is === undefined)
      changes.push({ path: at, kind: "removed", breaking: true, message: `the property "${name}" is gone` });
    else if (was === undefined) {
      const must = listOf(after["required"]).includes(name);
      changes.push({
        path: at,
        kind: "added",
        breaking: must,
        message: `the ${must ? "required " : ""}property "${name}" is new`,
      });
    } else if (isPlainObject(was) && isPlainObject(is)) compare(was, is, at, changes, depth + 1);
    else if (was !== is)
      changes.push({ path: at, kind: "changed", breaking: is === false, message: `the property "${name}" changed` });
  }
}

function compareRequired(before: JsonSchema, after: JsonSchema, at: string, changes: SchemaChange[]): void {
  const [old, now] = [listOf(before["required"]), listOf(after["required"])];
  for (const name of now) {
    if (old.includes(name) || own(propertiesOf(before), String(name)) === undefined) continue;
    changes.push({ path: at, kind: "added", breaking: true, message: `"${String(name)}" is required now` });
  }
  for (const name of old) {
    if (now.includes(name) || own(propertiesOf(after), String(name)) === undefined) continue;
    changes.push({ path: at, kind: "removed", breaking: false, message: `"${String(name)}" is not required any more` });
  }
}

function typeChange(old: unknown, now: unknown, path: string): SchemaChange {
  const [was, is] = [listOf(old), listOf(now)];
  const wider =
    now === undefined ||
    (old !== undefined && was.every((type) => is.includes(type) || (type === "integer" && is.includes("number"))));
  const shown = (types: unknown[]) => (types.length === 0 ? "any type" : types.join(" or "));
  return { path, kind: "changed", breaking: !wider, message: `the type was ${shown(was)} and is ${shown(is)}` };
}

function compareEnum(old: unknown, now: unknown, path: string, changes: SchemaChange[]): void {
  if (!Array.isArray(old) || !Array.isArray(now)) {
    changes.push({
      path,
      kind: old === undefined ? "added" : "removed",
      breaking: now !== undefined,
      message: now === undefined ? "any value is allowed now" : "only some values are allowed now",
    });
    return;
  }
  const missing = (from: unknown[], value: unknown) => !from.some((other) => isDeepStrictEqual(value, other));
  for (const value of old.filter((item) => missing(now, item)))
    changes.push({
      path,
      kind: "removed",
      breaking: true,
      message: `${JSON.stringify(value)} is not allowed any more`,
    });
  for (const value of now.filter((item) => missing(old, item)))
    changes.push({ path, kind: "added", breaking: false, message: `${JSON.stringify(value)} is allowed now` });
}

function keywordChange(key: string, old: unknown, now: unknown, path: string): SchemaChange {
  const kind = old === undefined ? "added" : now === undefined ? "removed" : "changed";
  const message =
    kind === "added"
      ? `${key} is ${shown(now)} now`
      : kind === "removed"
        ? `${key} was ${shown(old)} and is gone`
        : `${key} was ${shown(old)} and is ${shown(now)}`;
  return { path, kind, breaking: narrows(key, old, now), message };
}

function narrows(key: string, old: unknown, now: unknown): boolean {
  if (WORDS.has(key)) return false;
  if (key === "additionalProperties" || key === "items") return now !== undefined && now !== true;
  if (now === undefined) return false;
  if (HIGHER.has(key)) return old === undefined || (now as number) > (old as number);
  if (LOWER.has(key)) return old === undefined || (now as number) < (old as number);
  if (key === "uniqueItems") return now === true;
  return true;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function propertiesOf({ properties }: JsonSchema): Record<string, unknown> {
  return isPlainObject(properties) ? properties : {};
}

function own(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function pointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
