/** What hooks can stand around. */
export type HookedAction = "generate" | "toolCall" | "agentRun" | "workflow" | "step";

/** Where a hook can stand, and what it gets after its context. */
export const HOOK_POINTS = {
  beforeGenerate: "(ctx, request): before a model is asked.",
  afterGenerate: "(ctx, request, response): when it has answered.",
  beforeToolCall: "(ctx, toolName, input): before a tool runs.",
  afterToolCall: "(ctx, toolName, input, output): when it has run.",
  beforeAgentRun: "(ctx, agentName, input): before an agent runs.",
  afterAgentRun: "(ctx, agentName, input, result): when it has answered.",
  beforeWorkflow: "(ctx, workflowName, input): before a workflow runs.",
  afterWorkflow: "(ctx, workflowName, input, result): when it is done.",
  beforeStep: "(ctx, stepName, input): before a step of a workflow runs.",
  afterStep: "(ctx, stepName, input, result): when it is done.",
  onStreamChunk: "(ctx, text): each piece of text of a streamed answer.",
  onError: "(ctx, input, error): when what is hooked has failed.",
  beforeRetry: "(ctx, input, error): before it is done again.",
} as const;

export type HookPoint = keyof typeof HOOK_POINTS;

/** The points on either side of an action. */
export const AROUND = {
  generate: { before: "beforeGenerate", after: "afterGenerate" },
  toolCall: { before: "beforeToolCall", after: "afterToolCall" },
  agentRun: { before: "beforeAgentRun", after: "afterAgentRun" },
  workflow: { before: "beforeWorkflow", after: "afterWorkflow" },
  step: { before: "beforeStep", after: "afterStep" },
} as const satisfies Record<HookedAction, { before: HookPoint; after: HookPoint }>;

/** Whether it can still keep something from happening. */
export function isBefore(point: HookPoint): boolean {
  return point.startsWith("before") && point !== "beforeRetry";
}
