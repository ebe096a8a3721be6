import { configJsonSchema } from "../../config/json-schema.ts";
import { fileSchemas } from "../../bridges/workflow-schemas.ts";
import { manifestJsonSchema } from "../../spells/manifest-json-schema.ts";
import { workflowJsonSchema } from "../../workflows/workflow-json-schema.ts";

/** The JSON Schemas that editors check files by, by file name. The build ships them besides. */
export function jsonSchemas(): Record<string, unknown> {
  return {
    "config.json": configJsonSchema(),
    "spell.json": manifestJsonSchema(),
    "workflow.json": workflowJsonSchema(fileSchemas),
  };
}
