import { toCamelCase } from "../engine/naming.ts";
import { isPlainObject } from "../values/script-value.ts";

/** Other names of a parameter's fields, as JSON Schema and command lines call them. */
export const RULE_ALIASES: Readonly<Record<string, string>> = { choices: "enum", minimum: "min", maximum: "max" };

const SECTIONS: ReadonlySet<string> = new Set(["permissions", "limits", "models"]);

type Data = Record<string, unknown>;
type Path = readonly PropertyKey[];
/** Takes what is wrong, and where in the raw manifest. */
type Refuse = (path: Path, problem: string) => void;

/**
 * A raw manifest with one spelling of every declared key, parameters as lists, and nothing where it says null. What is no
 * manifest stays as it is.
 */
export function canonicalManifest(raw: unknown, refuse: Refuse): unknown {
  return mapFields(raw, [], toCamelCase, refuse, (key, value, path) => {
    if (key === "parameters") return canonicalParameters(value, path, refuse);
    return SECTIONS.has(key) ? mapFields(value, path, toCamelCase, refuse, (_, item) => item) : value;
  });
}

/** Where in the raw manifest a part of the canonical one comes from, as far as it goes there. */
export function rawPath(raw: unknown, path: Path): PropertyKey[] {
  const found: PropertyKey[] = [];
  let at = raw;
  for (const step of path) {
    if (typeof at !== "object" || at === null) break;
    const keys = Object.keys(at);
    const isMapOfParameters = typeof step === "number" && !Array.isArray(at);
    const key = isMapOfParameters ? keys[step] : keys.find((each) => each === String(step) || ruleKey(each) === step);
    if (key === undefined) break;
    found.push(key);
    at = (at as Data)[key];
  }
  return found;
}

function canonicalParameters(value: unknown, path: Path, refuse: Refuse): unknown {
  if (Array.isArray(value)) return value.map((rule, index) => canonicalRule(rule, [...path, index], refuse));
  if (!isPlainObject(value)) return value;
  return Object.entries(value).map(([name, rule]) => {
    const canonical = canonicalRule(rule ?? {}, [...path, name], refuse);
    return isPlainObject(canonical) ? { ...canonical, name } : canonical;
  });
}

function canonicalRule(rule: unknown, path: Path, refuse: Refuse): unknown {
  return mapFields(rule, path, ruleKey, refuse, (key, value, inner) => {
    if (key === "items") return canonicalRule(value, inner, refuse);
    return key === "properties" ? canonicalParameters(value, inner, refuse) : value;
  });
}

function ruleKey(key: string): string {
  const name = toCamelCase(key);
  return Object.hasOwn(RULE_ALIASES, name) ? (RULE_ALIASES[name] as string) : name;
}

function mapFields(
  object: unknown,
  path: Path,
  keyOf: (key: string) => string,
  refuse: Refuse,
  valueOf: (key: string, value: unknown, path: Path) => unknown,
): unknown {
  if (!isPlainObject(object)) return object;
  const mapped = new Map<string, unknown>();
  const keys = new Map<string, string>();
  for (const [key, value] of Object.entries(object)) {
    const name = keyOf(key);
    const before = keys.get(name);
    if (before !== undefined) refuse([...path, key], `"${key}" means the same as "${before}"`);
    keys.set(name, key);
    if (value !== null) mapped.set(name, valueOf(name, value, [...path, key]));
  }
  return Object.fromEntries(mapped);
}
