import type { z } from "zod";
import { toCamelCase, toSnakeCase } from "../engine/naming.ts";
import { nearestName } from "../values/nearest-name.ts";
import { Handle, ScriptFunction } from "../values/script-value.ts";

interface Definition {
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  innerType?: z.ZodType;
  valueType?: z.ZodType;
  options?: z.ZodType[];
  values?: unknown[];
  items?: z.ZodType[];
  in?: z.ZodType;
  getter?: () => z.ZodType;
}

/** Options that are listed where none is near; of more, the documentation tells. */
const MOST_KNOWN = 16;

/** What is wrong with an argument, in one sentence: an unknown option names the nearest one that exists. */
export function describeIssue(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  if (issue.code === "invalid_value" && issue.values.length > 1) return oneOf(issue.values, issue.input);
  const given = foreignName(issue.input);
  if (issue.code === "invalid_type") {
    if (given !== undefined) return `expected ${issue.expected}, received ${given}`;
    return issue.message.replace(/^Invalid input: (.*), received undefined$/, "$1, and there is none");
  }
  if (issue.code === "unrecognized_keys") {
    if (given !== undefined) return `expected an object, received ${given}`;
    const known = [
      ...new Set(schemasAt(schema, issue.path).flatMap((at) => Object.keys(definitionOf(at).shape ?? {}))),
    ];
    return issue.keys
      .slice(0, 5)
      .map((key) => unknownKey(key, known))
      .join(", ");
  }
  if (issue.code === "invalid_union" && issue.discriminator !== undefined) {
    const known = schemasAt(schema, issue.path.slice(0, -1)).flatMap((at) =>
      literalsOf(at, issue.discriminator as string),
    );
    const given = (issue.input as Record<string, unknown> | undefined)?.[issue.discriminator];
    if (known.length > 0) return oneOf([...new Set(known)], given);
  }
  if (issue.code !== "invalid_union" || issue.message !== "Invalid input") return issue.message;
  const under = schemasAt(schema, issue.path);
  const branches = issue.errors.flatMap((branch) => branch.filter((each, i) => i === 0 || isUnknownKey(each)));
  const deepest = branches.filter((first) => first.path.length > 0 || first.code === "unrecognized_keys");
  const texts = (deepest.length > 0 ? deepest : branches).map((first) => {
    const where = first.path.length > 0 ? `${first.path.join(".")}: ` : "";
    return where + (under.length > 0 ? describeIssue(first, under[0] as z.ZodType) : first.message);
  });
  return texts.length > 0 ? [...new Set(texts)].join(", or ") : issue.message;
}

const isUnknownKey = ({ code }: z.core.$ZodIssue): boolean => code === "unrecognized_keys";

function oneOf(values: readonly unknown[], given: unknown): string {
  const known = values.map(String);
  const near = typeof given === "string" ? nearestName(given, known) : undefined;
  const hint = near === undefined ? "" : ` (did you mean "${near}"?)`;
  const wrong = typeof given === "string" && given.length <= 64 ? `"${given}" is none of` : "expected one of";
  return `${wrong} ${known.join(", ")}${hint}`;
}

/** How a script would call what is no data. */
function foreignName(given: unknown): string | undefined {
  if (given instanceof ScriptFunction) return "a function";
  return given instanceof Handle ? `a handle (${given.type})` : undefined;
}

function unknownKey(key: string, known: readonly string[]): string {
  const spelled = (name: string) => (key.includes("_") ? toSnakeCase(name) : name);
  const near = nearestName(toCamelCase(key), known);
  const hint = near
    ? ` (did you mean "${spelled(near)}"?)`
    : known.length > 0 && known.length <= MOST_KNOWN
      ? ` (known: ${known.map(spelled).join(", ")})`
      : "";
  return `unknown key "${key}"${hint}`;
}

/** Schemas that describe what stands at `path`: several where a union stands on the way. */
function schemasAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType[] {
  let level = unwrap(schema);
  for (const step of path) {
    level = level.flatMap((at) => {
      const { shape, element, valueType, items } = definitionOf(at);
      const inner = shape?.[String(step)] ?? element ?? valueType ?? items?.[Number(step)];
      return inner ? unwrap(inner) : [];
    });
  }
  return level;
}

function literalsOf(schema: z.ZodType, member: string): unknown[] {
  const { shape } = definitionOf(schema);
  const { values = [] } = shape?.[member] ? definitionOf(shape[member] as z.ZodType) : {};
  return [...values];
}

function unwrap(schema: z.ZodType): z.ZodType[] {
  const { innerType, options, getter, in: input } = definitionOf(schema);
  if (options) return [schema, ...options.flatMap(unwrap)];
  const inner = innerType ?? input ?? getter?.();
  return inner ? unwrap(inner) : [schema];
}

function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def as unknown as Definition;
}
