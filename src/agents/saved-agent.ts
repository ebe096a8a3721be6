import { LlmspellError } from "../errors.ts";
import type { AgentMessage } from "./messages.ts";
import type { Summary } from "./working-memory.ts";

const FORMAT = "llmspell.agent";
const VERSION = 1;

/** An agent as a file holds it. Tools and other agents stand there by name. */
export interface SavedAgent {
  config: Record<string, unknown>;
  messages: AgentMessage[];
  summary: Summary;
  state: Record<string, unknown> | null;
}

export function writeSavedAgent(agent: SavedAgent): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, ...agent }, null, 2)}\n`;
}

/** Throws `agent.unreadable` for what no `writeSavedAgent` wrote. */
export function readSavedAgent(text: string, path: string): SavedAgent {
  const unreadable = (why: string): LlmspellError =>
    new LlmspellError("agent.unreadable", `${path} ${why}`, {
      details: { path },
      hint: "agent.save(id, path) writes such files.",
    });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw unreadable("holds no saved agent: it is no JSON");
  }
  if (!isObject(data) || data.format !== FORMAT) throw unreadable("holds no saved agent");
  if (data.version !== VERSION) throw unreadable(`was saved by a newer version (format ${String(data.version)})`);
  const { config, messages, summary, state } = data;
  const whole =
    isObject(config) &&
    Array.isArray(messages) &&
    isObject(summary) &&
    typeof summary.text === "string" &&
    Number.isInteger(summary.upTo) &&
    (state === null || isObject(state));
  if (!whole) throw unreadable("is damaged: its parts are not those of a saved agent");
  return { config, messages, summary: summary as unknown as Summary, state } as SavedAgent;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
