import { z } from "zod";
import { defineTool } from "../tool.ts";

export const templateRender = defineTool({
  name: "template_render",
  category: "text",
  description:
    "Fills a Liquid template with values: {{ name }}, {% if %}, {% for %}, filters. Use it for letters, prompts and reports whose form is fixed.",
  tags: ["template", "liquid", "format"],
  parameters: z.object({
    template: z.string().max(1_000_000).describe("The template, in Liquid."),
    values: z.record(z.string(), z.unknown()).default({}).describe("What the template reads, by name."),
    strict: z.boolean().default(true).describe("Whether a value that is missing fails; else it is empty."),
    escape: z.enum(["none", "html"]).default("none").describe("`html` escapes every output."),
  }),
  returns: z.object({ text: z.string() }),
  effect: "pure",
  permissions: [],
  examples: [
    { description: "A greeting", args: { template: "Dear {{ name }},", values: { name: "Ada" } } },
    {
      description: "A list",
      args: { template: "{% for t in tasks %}- {{ t }}\n{% endfor %}", values: { tasks: ["plan", "build"] } },
    },
  ],
  async execute({ template, values, strict, escape }, { helper }) {
    return { text: await helper("template", "render", [template, values, { strict, escape }]) };
  },
});
