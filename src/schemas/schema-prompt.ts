import type { JsonSchema } from "./json-schema.ts";
import type { TextFormat } from "./read-structured.ts";

const FORMS: Readonly<Record<TextFormat, string>> = {
  json: "Answer with one JSON value and nothing else: no explanation before or after it, no code fence, no comments.",
  yaml: "Answer with one YAML document and nothing else: no explanation before or after it, no code fence. Indent by two spaces; quote texts that hold a colon.",
  xml:
    "Answer with one XML element and nothing else: no explanation before or after it, no code fence, no document type. Call the root element `answer`; each property is " +
    "an element of its name; a list is its element with one element `item` for each member. Write &lt; and &amp; for < and & in texts.",
};

/** Instructions for a model that shall answer with a value of a schema. */
export function schemaPrompt(schema: JsonSchema, format: TextFormat): string {
  return `${FORMS[format]}\nThe value must fit this JSON Schema:\n${JSON.stringify(schema, null, 2)}`;
}
