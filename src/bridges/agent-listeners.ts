import type { AgentProgress } from "../agents/agent-run.ts";
import type { CallContext } from "../bridge/call-context.ts";
import type { Callback } from "../bridge/schemas.ts";
import { raisedAt, toLlmspellError } from "../errors.ts";
import type { AgentEvent, PerformAgentOptions } from "./agent-schemas.ts";
import type { Agent } from "./run-agents.ts";
import { emitEvent } from "./run-events.ts";

type Tell = (progress: AgentProgress) => unknown;

/** Tells what happens in a run of an agent to those who listen to it, and to who gets its pieces. */
export function teller(agent: Agent, onChunk: PerformAgentOptions["onChunk"], ctx: CallContext): Tell {
  return (progress) => {
    const event = { ...progress, agent: agent.name } as unknown as AgentEvent;
    if (progress.type !== "text" && progress.type !== "reasoning") tellListeners(agent, event, ctx);
    if (progress.type === "step") {
      const { number, usage, cost, finishReason, durationMs, toolCalls } = progress.step;
      const fields = {
        step: number,
        usage: { ...usage },
        cost,
        finishReason,
        duration: durationMs,
        toolCalls: toolCalls.length,
      };
      emitEvent(ctx, "agent.step", { agentId: agent.id, agentName: agent.name, ...fields });
    }
    return onChunk?.(progress.type === "text" ? progress.text : "", event);
  };
}

/** Listeners are told and not waited for; one that fails is logged. */
export function tellListeners(agent: Agent, event: AgentEvent, ctx: CallContext): void {
  for (const listener of agent.listeners.get(event.type) ?? []) {
    const failed = (thrown: unknown): void => {
      const error = toLlmspellError(thrown, "script.error");
      ctx.log({
        level: "warn",
        message: `a listener of the agent "${agent.name}" failed: ${error.message}`,
        fields: { code: error.code, ...raisedAt(error) },
      });
    };
    try {
      const waits: unknown = ctx.runKept(() => (listener as Callback<[AgentEvent]>)(event));
      if (waits instanceof Promise) waits.catch(failed);
    } catch (thrown) {
      failed(thrown);
    }
  }
}
