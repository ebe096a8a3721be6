import { basicTemplate } from "./basic.ts";
import { chatTemplate } from "./chat.ts";
import { extractTemplate } from "./extract.ts";
import type { SpellTemplate } from "./template.ts";
import { toolTemplate } from "./tool.ts";

export const TEMPLATES: Readonly<Record<string, SpellTemplate>> = {
  basic: basicTemplate,
  chat: chatTemplate,
  tool: toolTemplate,
  extract: extractTemplate,
};
