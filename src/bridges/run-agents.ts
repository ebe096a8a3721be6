import type { CallContext } from "../bridge/call-context.ts";
import type { Callback } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { type AgentMetrics, NO_METRICS } from "../agents/agent-metrics.ts";
import type { AgentMessage, AgentUsage } from "../agents/messages.ts";
import type { Summary } from "../agents/working-memory.ts";
import type { Guardrail } from "../guardrails/guardrail.ts";
import type { HookRegistry } from "../hooks/hook-registry.ts";
import type { State } from "../state/state.ts";
import { Handle } from "../values/script-value.ts";
import { nearestName } from "../values/nearest-name.ts";
import type { AgentConfig, AgentEvent, OtherAgent } from "./agent-schemas.ts";
import type { RunTool } from "./run-tools.ts";

/** A run of an agent, in short. */
export interface AgentHistoryEntry {
  input: string;
  text: string | null;
  finishReason: string | null;
  error: string | null;
  steps: number;
  toolCalls: number;
  usage: AgentUsage;
  cost: number | null;
  startedAt: number;
  durationMs: number;
}

/** An agent of a run: what the handles of type "agent" stand for. */
export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly config: Omit<AgentConfig, "id" | "name" | "tools" | "messages">;
  /** Around what this agent does. */
  readonly hooks: HookRegistry;
  /** Besides the run's. */
  readonly guardrails: readonly Guardrail[];
  /** By name, or as they are. */
  tools: (string | Handle<RunTool>)[];
  handoffs: OtherAgent[];
  /** Complete turns, in the order in which they ended. */
  messages: AgentMessage[];
  summary: Summary;
  metrics: AgentMetrics;
  history: AgentHistoryEntry[];
  listeners: Map<string, Callback<[AgentEvent]>[]>;
  state: State | undefined;
  handle: Handle<Agent> | undefined;
  /** Runs under way. */
  running: number;
  /** No longer among the run's agents: gives its functions back when it is idle. */
  removed: boolean;
  /** Its functions are gone. */
  released: boolean;
}

const OWNED = {};

/** The run's agents, by id. */
export function agentsOf(ctx: CallContext): AgentRegistry {
  return ctx.own(OWNED, () => new AgentRegistry());
}

/** The agents of one run, in the order in which they were made. */
export class AgentRegistry {
  readonly #agents = new Map<string, Agent>();
  #nameless = 0;

  /** An id that is free: as wished (throws `agent.exists`), from the name, else numbered. */
  freeId(id: string | undefined, name: string | undefined): string {
    if (id !== undefined) {
      if (!this.#agents.has(id)) return id;
      throw new LlmspellError("agent.exists", `there is an agent of the id "${id}" already`, {
        hint: "Choose another id, or remove the old one first.",
      });
    }
    if (name === undefined) this.#nameless += 1;
    const wished = name ?? `agent_${this.#nameless}`;
    for (let number = 1; ; number++) {
      const free = number === 1 ? wished : `${wished}_${number}`;
      if (!this.#agents.has(free)) return free;
    }
  }

  add(agent: Agent): void {
    this.#agents.set(agent.id, agent);
    agent.removed = false;
  }

  /** By id, else the first of the name. */
  find(name: string): Agent | undefined {
    return this.#agents.get(name) ?? this.list().find((agent) => agent.name === name);
  }

  nameOf(wanted: string | Handle): string {
    const agent = wanted instanceof Handle ? (wanted.state as Agent) : this.find(wanted);
    return agent?.name ?? String(wanted);
  }

  /** Throws `agent.unknown`. `by`: the agent that has it among its own. */
  get(wanted: string | Handle, by?: Agent): Agent {
    if (wanted instanceof Handle) return wanted.state as Agent;
    const agent = this.find(wanted);
    if (agent) return agent;
    const near = nearestName(
      wanted,
      this.list().flatMap(({ id, name }) => [id, name]),
    );
    const whose = by ? `, which "${by.name}" works with` : "";
    throw new LlmspellError("agent.unknown", `there is no agent "${wanted}"${whose}`, {
      details: { agent: wanted },
      hint:
        near === undefined
          ? "agent.create makes one; agent.list() names those that are there."
          : `Did you mean "${near}"?`,
    });
  }

  list(): Agent[] {
    return [...this.#agents.values()];
  }

  /** False where it is not there. */
  remove(agent: Agent): boolean {
    if (this.#agents.get(agent.id) !== agent) return false;
    agent.removed = true;
    return this.#agents.delete(agent.id);
  }
}

export function newAgent(
  parts: Pick<Agent, "id" | "name" | "config" | "hooks" | "guardrails" | "tools" | "messages" | "handoffs">,
): Agent {
  return {
    ...parts,
    summary: { upTo: 0, text: "" },
    metrics: NO_METRICS,
    history: [],
    listeners: new Map(),
    state: undefined,
    handle: undefined,
    running: 0,
    removed: false,
    released: false,
  };
}
