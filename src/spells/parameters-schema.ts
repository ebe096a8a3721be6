import type { Parameter, ParameterRule } from "./manifest.ts";

type JsonSchema = Record<string, unknown>;

/** JSON Schema of the parameters that a manifest declares. Files are paths. */
export function parametersSchema(parameters: readonly Parameter[]): JsonSchema {
  return {
    type: "object",
    properties: Object.fromEntries(parameters.map(({ name, ...rule }) => [name, ruleSchema(rule)])),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}

function ruleSchema(rule: ParameterRule): JsonSchema {
  const { type, description, default: fallback, enum: values, items, properties } = rule;
  const schema: JsonSchema = {
    ...(type === "any" || type === "enum" ? {} : { type: type === "file" ? "string" : type }),
    description: type === "file" ? `${description ?? ""} (path of a file)`.trim() : description,
    default: fallback,
    enum: values,
    minimum: rule.min,
    maximum: rule.max,
    minLength: rule.minLength,
    maxLength: rule.maxLength,
    pattern: rule.pattern,
    format: rule.format,
    items: items && ruleSchema(items),
    minItems: rule.minItems,
    maxItems: rule.maxItems,
    ...(properties && properties.length > 0 ? parametersSchema(properties) : {}),
  };
  return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));
}
