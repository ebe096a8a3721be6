import type { JsonSchema } from "../../src/schemas/json-schema.ts";
import { BuiltInCatalogue } from "../../src/tools/load-built-in.ts";
import type { ToolDescription } from "../../src/tools/registry.ts";
import { TOOL_CATEGORIES } from "../../src/tools/tool.ts";

/** `docs/tools-reference.md`: the introduction, then every built-in tool by category. */
export function toolsPage(introduction: string): string {
  const catalogue = new BuiltInCatalogue();
  const tools = catalogue.names.toSorted().map((name) => catalogue.describe(name) as ToolDescription);
  const categories = TOOL_CATEGORIES.map((category) => ({
    category,
    own: tools.filter((tool) => tool.category === category),
  })).filter(({ own }) => own.length > 0);
  const contents = categories.map(
    ({ category, own }) => `| ${category} | ${own.map(({ name }) => `[\`${name}\`](#${name})`).join(", ")} |`,
  );
  const parts = [
    introduction.trimEnd(),
    ["| category | tools |", "|---|---|", ...contents].join("\n"),
    ...categories.flatMap(({ category, own }) => [`## ${category}`, ...own.map(toolText)]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function toolText(tool: ToolDescription): string {
  const { name, description, aliases, permissions, parameters, returns, examples, timeoutMs } = tool;
  const facts = [
    permissions.length > 0
      ? `Permissions: ${permissions.map((each) => `\`${each}\``).join(", ")}`
      : "Needs no permission",
    tool.readOnly
      ? "changes nothing"
      : tool.idempotent
        ? "changes the world, the same call twice as once"
        : "changes the world",
    ...(tool.destructive ? ["may overwrite or remove"] : []),
    ...(tool.requiresConfirmation ? ["asks a person first"] : []),
    ...(timeoutMs === undefined ? [] : [`at most ${timeoutMs / 1000} s`]),
  ];
  const lines = [`### ${name}`, description];
  if (aliases.length > 0) lines.push(`Also called ${aliases.map((alias) => `\`${alias}\``).join(", ")}.`);
  lines.push(`${facts.join("; ")}.`, table("argument", parameters, true));
  if (returns) lines.push(`Answers ${answerText(returns)}`);
  for (const { description: what, args } of examples)
    lines.push(`${what}:`, `\`\`\`json\n${JSON.stringify(args, null, 2)}\n\`\`\``);
  return lines.filter((line) => line !== "").join("\n\n");
}

function answerText(schema: JsonSchema): string {
  const fields = table("field", schema, false);
  return fields === "" ? `${typeText(schema)}.` : `an object:\n\n${fields}`;
}

function table(title: string, { properties = {}, required = [] }: JsonSchema, marks: boolean): string {
  const rows = Object.entries(properties as Record<string, JsonSchema>).map(([name, property]) => {
    const must = marks && (required as string[]).includes(name) ? " **required**" : "";
    const fallback = property.default === undefined ? "" : ` Default \`${JSON.stringify(property.default)}\`.`;
    return `| \`${name}\`${must} | ${cell(typeText(property))} | ${cell(String(property.description ?? ""))}${cell(fallback)} |`;
  });
  return rows.length === 0 ? "" : [`| ${title} | type | |`, "|---|---|---|", ...rows].join("\n");
}

function typeText({ type, enum: values, anyOf, items, const: only }: JsonSchema): string {
  if (Array.isArray(values)) return values.map((value) => `\`${JSON.stringify(value)}\``).join(", ");
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (Array.isArray(anyOf)) return [...new Set((anyOf as JsonSchema[]).map(typeText))].join(" or ");
  if (type === "array") return typeof items === "object" ? `list of ${typeText(items as JsonSchema)}` : "list";
  if (Array.isArray(type)) return type.join(" or ");
  return typeof type === "string" ? type : "any";
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
}
