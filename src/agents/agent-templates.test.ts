import { expect, it } from "vitest";
import { compileSchema } from "../schemas/compile-schema.ts";
import { BUILT_IN_TOOLS } from "../tools/built-in-tools.ts";
import { AGENT_TEMPLATES } from "./agent-templates.ts";

it.each(AGENT_TEMPLATES.map((template) => [template.name, template] as const))("%s can be made", (_, template) => {
  for (const tool of template.tools ?? []) expect(Object.keys(BUILT_IN_TOOLS)).toContain(tool);
  expect(() => compileSchema(template.output ?? {})).not.toThrow();
  expect(template.system.length).toBeGreaterThan(400);
});
