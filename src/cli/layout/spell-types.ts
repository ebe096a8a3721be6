import type { Parameter, ParameterRule } from "../../spells/manifest.ts";
import type { SpellParameter } from "../../typings/spell-parameters.ts";
import type { ValueType } from "../../typings/value-type.ts";

/** What a manifest's parameters are to a script: after they were checked, with defaults filled in. */
export function spellTypes(parameters: readonly Parameter[]): SpellParameter[] {
  return parameters.map((parameter) => ({
    name: parameter.name,
    type: typeOf(parameter),
    optional: isOptional(parameter),
    text: textOf(parameter),
  }));
}

function isOptional({ required, default: fallback }: ParameterRule): boolean {
  return required !== true && fallback === undefined;
}

function textOf({ description = "", default: fallback }: ParameterRule): string {
  const text = description.replaceAll(/\s+/g, " ").trim();
  if (fallback === undefined) return text;
  return `${text}${text === "" ? "" : " "}Default ${JSON.stringify(fallback)}.`;
}

function typeOf({ type, enum: values, items, properties }: ParameterRule): ValueType {
  if (values) return { kind: "literal", values };
  switch (type) {
    case "string":
    case "file":
      return { kind: "string" };
    case "number":
    case "integer":
    case "boolean":
      return { kind: type };
    case "array":
      return { kind: "list", item: items ? typeOf(items) : { kind: "any" } };
    case "object":
      return properties ? { kind: "object", side: "output", fields: spellTypes(properties) } : { kind: "data" };
    default:
      return { kind: "any" };
  }
}
