import { z } from "zod";
import { manifestSchema } from "../../src/spells/manifest-schema.ts";

interface JsonSchema {
  $ref?: string;
  type?: string;
  enum?: readonly unknown[];
  description?: string;
  anyOf?: readonly JsonSchema[];
  items?: JsonSchema;
  properties?: Readonly<Record<string, JsonSchema>>;
  $defs?: Readonly<Record<string, JsonSchema>>;
}

/** `docs/spells.md`: the introduction, and the keys of a manifest. */
export function spellsPage(introduction: string): string {
  const schema = z.toJSONSchema(manifestSchema, { io: "input" }) as JsonSchema;
  const resolve = (given: JsonSchema): JsonSchema => {
    const name = given.$ref?.split("/").at(-1);
    return name === undefined ? given : resolve(schema.$defs?.[name] ?? {});
  };
  const parameters = resolve(schema.properties?.["parameters"] ?? {});
  const parameter = resolve(resolve(parameters.anyOf?.[0] ?? {}).items ?? {});
  const section = (name: string) => schema.properties?.[name] ?? {};
  return [
    introduction.trimEnd(),
    "## Manifest reference",
    "Keys may be written in snake_case too (`host_calls`, `max_length`).",
    table(schema),
    "### Parameters",
    table(parameter),
    "### Permissions",
    table(section("permissions")),
    "### Limits",
    table(section("limits")),
    "### Models",
    `${table(section("models"))}\n`,
  ].join("\n\n");
}

function table({ properties = {} }: JsonSchema): string {
  const rows = Object.entries(properties).map(
    ([name, schema]) => `| \`${name}\` | ${typeOf(schema)} | ${(schema.description ?? "").replaceAll("|", "\\|")} |`,
  );
  return ["| key | type | |", "|---|---|---|", ...rows].join("\n");
}

function typeOf({ type, enum: choices, anyOf, items, description, $ref }: JsonSchema): string {
  if (choices) return choices.map((choice) => `\`${String(choice)}\``).join(", ");
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(" or ");
  if (type === "array") return items?.type === "string" ? "list of texts" : "list";
  if (type === "string") return "text";
  if ($ref !== undefined)
    return description === undefined || /each item/.test(description) ? "a parameter without its name" : "list or map";
  return type ?? "any value";
}
