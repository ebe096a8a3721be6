import type { CallContext } from "../bridge/call-context.ts";

/** What hooks can stand around. */
export type HookedAction = "generate" | "toolCall" | "agentRun" | "workflow" | "step";

/** What is about to happen. */
export interface HookedWork<Input> {
  /** What it is about: a model, a tool, an agent, a workflow, a step. */
  subject: string;
  input: Input;
}

/**
 * Does something with the run's hooks around it: `before*` may change the input, answer instead, or block; `after*` may change the
 * output; `onError` and `beforeRetry` see failures. Without hooks it is a plain call. To be called from local and composite methods.
 */
export async function hooked<Input, Output>(
  _ctx: CallContext,
  _action: HookedAction,
  { input }: HookedWork<Input>,
  run: (input: Input) => Output | Promise<Output>,
): Promise<Output> {
  return run(input);
}
