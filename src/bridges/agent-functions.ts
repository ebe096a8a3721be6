import type { CallContext } from "../bridge/call-context.ts";
import { LlmspellError } from "../errors.ts";
import { Handle } from "../values/script-value.ts";
import type { Agent } from "./run-agents.ts";
import type { RunTool } from "./run-tools.ts";

const OWNED = {};

/** Tools that agents define themselves, with how many agents have each: clones share them. */
function ownTools(ctx: CallContext): Map<RunTool, number> {
  return ctx.own(OWNED, () => new Map<RunTool, number>());
}

/** One more agent has the tool. `defined`: the first, which made it. */
export function holdTool(tool: RunTool, defined: boolean, ctx: CallContext): void {
  const tools = ownTools(ctx);
  const holders = tools.get(tool);
  if (defined || holders !== undefined) tools.set(tool, (holders ?? 0) + 1);
}

/** An agent has the tool no longer; the last one gives its function back. Answers whether it is an agent's own. */
export function dropTool(tool: RunTool, ctx: CallContext): boolean {
  const tools = ownTools(ctx);
  const holders = tools.get(tool);
  if (holders === undefined) return false;
  if (holders > 1) tools.set(tool, holders - 1);
  else {
    tools.delete(tool);
    tool.dispose?.();
  }
  return true;
}

/** Gives back the script's functions that a removed agent holds, once no run of it is under way. Without them it cannot run again. */
export function releaseFunctions(agent: Agent, ctx: CallContext): void {
  if (!agent.removed || agent.running > 0) return;
  const own = agent.tools.filter((tool) => tool instanceof Handle && dropTool(tool.state, ctx));
  const hooked = agent.hooks.remove("agent");
  const functions = [
    ...Object.values(agent.config).filter((value) => typeof value === "function"),
    ...[...agent.listeners.values()].flat(),
  ];
  const guards = agent.guardrails.filter(({ release }) => release);
  for (const fn of functions) fn.release();
  for (const { release } of guards) release?.();
  agent.listeners.clear();
  agent.released = own.length + functions.length + guards.length > 0 || hooked;
}

/** Throws `agent.unknown` for one whose functions are gone. */
export function checkUsable({ id, name, released }: Agent): void {
  if (!released) return;
  throw new LlmspellError("agent.unknown", `the agent "${name}" was removed, and its functions with it`, {
    details: { agent: id },
    hint: "Make it anew with agent.create.",
  });
}
