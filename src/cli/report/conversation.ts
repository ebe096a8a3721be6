import type { Effect } from "../../runs/effect-tree.ts";
import { html, type Markup } from "./markup.ts";
import { longText, valueBlock } from "./value-block.ts";

interface Said {
  role: string;
  content: unknown;
  toolCalls?: unknown;
  name?: unknown;
  isError?: unknown;
}

/** What was said in a call of a model: its messages, then the answer. Undefined for other effects. */
export function conversation({ args, value }: Effect): Markup | undefined {
  const messages = (args[0] as { messages?: unknown } | null | undefined)?.messages;
  if (!Array.isArray(messages)) return undefined;
  const answer = answerOf(value);
  const said = (messages as Said[]).filter((message) => typeof message === "object" && message !== null);
  return html`<div class="conversation">${said.map(bubble)}${answer ? bubble(answer) : ""}</div>`;
}

function answerOf(value: Effect["value"]): Said | undefined {
  const data = value as { message?: Said; response?: { message?: Said } } | null | undefined;
  const message = data?.message ?? data?.response?.message;
  return message && { ...message, role: "answer" };
}

function bubble({ role, content, toolCalls, name, isError }: Said): Markup {
  const calls = Array.isArray(toolCalls) ? (toolCalls as { name?: unknown; arguments?: unknown }[]) : [];
  const title = role === "tool" && typeof name === "string" ? `tool ${name}` : role;
  return html`<div class="said said-${role}${isError === true ? " failed" : ""}">
    <b>${title}</b>${partsOf(content)}
    ${calls.map((call) => html`<div class="call">calls <code>${String(call.name)}</code>${valueBlock(call.arguments as never)}</div>`)}
  </div>`;
}

function partsOf(content: unknown): Markup {
  if (typeof content === "string") return content === "" ? html`` : longText(content);
  if (!Array.isArray(content)) return html``;
  const parts = content as { type?: unknown; text?: unknown; name?: unknown; url?: unknown; mediaType?: unknown }[];
  return html`${parts.map((part) =>
    part.type === "text"
      ? longText(String(part.text))
      : html`<p class="media">${[part.type, part.mediaType, part.name ?? part.url].filter(Boolean).join(" ")}</p>`,
  )}`;
}
