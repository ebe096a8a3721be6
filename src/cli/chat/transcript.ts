import { type ModelMessage, textOf } from "../../models/types.ts";

const NAMES = { user: "User", assistant: "Assistant", tool: "Tool", system: "System" } as const;

/** A conversation as Markdown. */
export function toMarkdown(title: string, system: string | undefined, messages: readonly ModelMessage[]): string {
  const all: ModelMessage[] = [
    ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
    ...messages,
  ];
  return `${[`# ${title || "Chat"}`, ...all.map(section)].join("\n\n")}\n`;
}

/** The same as plain text, for a model to read. */
export function toPlainText(messages: readonly ModelMessage[]): string {
  return messages.map((message) => `${NAMES[message.role]}: ${bodyOf(message)}`).join("\n\n");
}

function section(message: ModelMessage): string {
  const head = message.role === "tool" ? `Tool ${message.name ?? ""}` : NAMES[message.role];
  const body = bodyOf(message);
  return `## ${head}\n\n${message.role === "tool" ? fenced(body) : body}`;
}

function bodyOf({ content, toolCalls = [] }: ModelMessage): string {
  const media =
    typeof content === "string"
      ? []
      : content.flatMap((part) => (part.type === "text" ? [] : [`[${part.name ?? part.type}]`]));
  const calls = toolCalls.map(({ name, arguments: args }) => `[calls ${name} ${JSON.stringify(args)}]`);
  return [...media, textOf(content), ...calls].filter((part) => part !== "").join("\n");
}

/** In a fence longer than any inside it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
