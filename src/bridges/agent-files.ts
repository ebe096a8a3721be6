import { readSavedAgent, writeSavedAgent } from "../agents/saved-agent.ts";
import type { CallContext } from "../bridge/call-context.ts";
import { LlmspellError } from "../errors.ts";
import { Handle, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import type { AgentConfig, OtherAgent } from "./agent-schemas.ts";
import { asOther } from "./agent-tools.ts";
import { toJson } from "./llm-json.ts";
import { toMessage } from "./llm-request.ts";
import { message } from "./llm-schemas.ts";
import type { Agent } from "./run-agents.ts";
import { memoryState } from "./state-methods.ts";

/** The text of a file for an agent. Throws `input.invalid` where it has a function, which no file can hold. */
export function savedText(agent: Agent): string {
  const { name, messages, summary, state } = agent;
  const config = configOf(agent);
  for (const [field, value] of Object.entries(config)) {
    if (!holdsFunction(value)) continue;
    throw new LlmspellError(
      "input.invalid",
      `agent.save: ${field} of the agent "${name}" holds a function, which cannot be saved`,
      {
        hint: `Clone it with a ${field} of plain data, and save the clone.`,
      },
    );
  }
  return writeSavedAgent({
    config: toJson(config as unknown as ScriptObject, "agent.save") as Record<string, unknown>,
    messages: toJson(messages as unknown as ScriptValue[], "agent.save") as Agent["messages"],
    summary,
    state: state
      ? (toJson(state.ask({ op: "object" }) as ScriptObject, "agent.save") as Record<string, unknown>)
      : null,
  });
}

/** The configuration as far as it is data: tools and other agents by name, options that hold a function left out. */
export function plainConfig(agent: Agent): AgentConfig {
  return Object.fromEntries(Object.entries(configOf(agent)).filter(([, value]) => !holdsFunction(value)));
}

/** With tools and other agents by name. */
function configOf({ id, name, config: { subAgents, handoffs: _, ...rest }, tools, handoffs }: Agent): AgentConfig {
  const named = (other: OtherAgent) => {
    const { agent: wanted, ...more } = asOther(other);
    return { agent: wanted instanceof Handle ? (wanted.state as Agent).id : wanted, ...more };
  };
  return {
    ...rest,
    id,
    name,
    tools: tools.map((tool) => (typeof tool === "string" ? tool : tool.state.name)),
    ...(subAgents ? { subAgents: subAgents.map(named) } : {}),
    ...(handoffs.length > 0 ? { handoffs: handoffs.map(named) } : {}),
  };
}

function holdsFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsFunction);
}

/** Makes the agent of a file. Its tools have to be registered by the time it runs. */
export function loadedAgent(text: string, path: string, overrides: AgentConfig, ctx: CallContext): Handle<Agent> {
  const { config, messages, summary, state } = readSavedAgent(text, path);
  const made = ctx.call("agent", "create", [{ ...config, ...overrides } as ScriptObject]) as Handle<Agent>;
  const agent = made.state;
  for (const each of messages) {
    const known = message.safeParse(each);
    if (!known.success) throw new LlmspellError("agent.unreadable", `${path} holds a message that is none`);
    agent.messages.push(toMessage(known.data, ctx, "agent.load") as Agent["messages"][number]);
  }
  if (summary.upTo <= agent.messages.length) agent.summary = summary;
  if (state) agent.state = memoryState(ctx, state as ScriptObject);
  return made;
}
