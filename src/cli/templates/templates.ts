import { agentTemplate } from "./agent.ts";
import { basicTemplate } from "./basic.ts";
import { chatTemplate } from "./chat.ts";
import { extractTemplate } from "./extract.ts";
import type { SpellTemplate } from "./template.ts";
import { workflowTemplate } from "./workflow.ts";

export const TEMPLATES: Readonly<Record<string, SpellTemplate>> = {
  basic: basicTemplate,
  chat: chatTemplate,
  agent: agentTemplate,
  workflow: workflowTemplate,
  extract: extractTemplate,
};
