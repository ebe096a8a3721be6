import { toCamelCase } from "../engine/naming.ts";
import type { GroupSetting, LeafSetting, MapSetting, Setting } from "./setting.ts";
import { FILE_KEYS, SETTINGS } from "./settings.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Wherever a value of another type stands, text with a variable may stand too. */
const REFERENCE = { type: "string", pattern: "\\$\\{" };
const DURATION = {
  anyOf: [{ type: "number" }, { type: "string", pattern: "^\\d+(\\.\\d+)?\\s*(ms|s|m|h|MS|S|M|H)?$" }, REFERENCE],
};
const SIZE = {
  anyOf: [
    { type: "number" },
    { type: "string", pattern: "^\\d+(\\.\\d+)?\\s*([bB]|[kK][bB]|[mM][bB]|[gG][bB])?$" },
    REFERENCE,
  ],
};

/** The JSON Schema (draft 2020-12) of configuration files, for editors. */
export function configJsonSchema(): Schema {
  const groups = Object.entries(SETTINGS.members);
  const settings = Object.fromEntries(groups.map(([name]) => [name, { $ref: `#/$defs/${name}` }]));
  const profile = { type: ["object", "null"], properties: settings, additionalProperties: false };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "LLMSpell configuration",
    type: ["object", "null"],
    properties: {
      $schema: { type: "string", description: FILE_KEYS.$schema },
      extends: {
        description: FILE_KEYS.extends,
        anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
      },
      profiles: { description: FILE_KEYS.profiles, type: ["object", "null"], additionalProperties: profile },
      ...settings,
    },
    additionalProperties: false,
    $defs: Object.fromEntries(groups.map(([name, setting]) => [name, schemaOf(setting)])),
  };
}

function schemaOf(setting: Setting): Schema {
  if (setting.type === "group") return groupSchema(setting);
  if (setting.type === "map") return mapSchema(setting);
  const byDefault = setting.default === undefined ? "" : ` Default: ${setting.default}.`;
  return { description: `${setting.summary}${byDefault}`, ...leafSchema(setting) };
}

/** Editors offer the documented spelling; the other one is valid too. */
function groupSchema({ summary, members }: GroupSetting): Schema {
  const entries = Object.entries(members).map(([name, member]) => [name, schemaOf(member)] as const);
  const respelled = entries.filter(([name]) => toCamelCase(name) !== name);
  return {
    description: summary,
    type: ["object", "null"],
    properties: Object.fromEntries(entries),
    ...(respelled.length === 0
      ? {}
      : {
          patternProperties: Object.fromEntries(respelled.map(([name, schema]) => [`^${toCamelCase(name)}$`, schema])),
        }),
    additionalProperties: false,
  };
}

function mapSchema({ summary, of }: MapSetting): Schema {
  return { description: summary, type: ["object", "null"], additionalProperties: schemaOf(of) };
}

function leafSchema(setting: LeafSetting): Schema {
  switch (setting.type) {
    case "flag":
      return setting.refused === undefined
        ? { anyOf: [{ type: "boolean" }, REFERENCE] }
        : { anyOf: [{ const: !setting.refused.value }, REFERENCE] };
    case "number":
      return { anyOf: [{ type: setting.whole ? "integer" : "number", minimum: setting.least }, REFERENCE] };
    case "duration":
      return DURATION;
    case "size":
      return SIZE;
    case "choice":
      return { anyOf: [{ enum: setting.choices }, REFERENCE] };
    case "list":
      return { type: "array", items: leafSchema(setting.of) };
    case "path":
    case "text":
      return { type: "string", minLength: 1 };
  }
}
