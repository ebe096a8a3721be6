import { workflowSchemas } from "../workflows/workflow-schema.ts";
import { agentConfig } from "./agent-schemas.ts";

/** Workflows as scripts write them. */
export const scriptSchemas = workflowSchemas({ agent: agentConfig, inScript: true });

/** Workflows as files write them: data alone. */
export const fileSchemas = workflowSchemas({ agent: agentConfig, inScript: false });
