/** A field of a built-in event: its type as scripts see it, and what it says. */
interface FieldDeclaration {
  type: "string" | "number" | "boolean" | "usage" | "error" | "list";
  summary: string;
}

/** Every field that built-in events have, besides what the bus adds. */
export const EVENT_FIELDS = {
  agentId: { type: "string", summary: "The agent." },
  agentName: { type: "string", summary: "The agent's name." },
  targetAgent: { type: "string", summary: "The agent that takes over." },
  toolName: { type: "string", summary: "The tool." },
  workflowId: { type: "string", summary: "The workflow." },
  workflowName: { type: "string", summary: "The workflow's name." },
  stepName: { type: "string", summary: "The step." },
  stepType: { type: "string", summary: "What kind of step it is: `tool`, `llm`, `loop`, ..." },
  steps: { type: "number", summary: "How many steps there are, or were." },
  step: { type: "number", summary: "Number of the step, from 1." },
  attempts: { type: "number", summary: "How often it was tried." },
  delay: { type: "number", summary: "Milliseconds before the next attempt." },
  toolCalls: { type: "number", summary: "How many tools were called." },
  attempt: { type: "number", summary: "Number of the attempt, from 1." },
  model: { type: "string", summary: "The model, where the call or its answer names it." },
  provider: { type: "string", summary: "Its provider." },
  finishReason: { type: "string", summary: "Why the answer ended." },
  text: { type: "string", summary: "A piece of an answer, or of what the model thinks." },
  kind: { type: "string", summary: "Of a piece: `text` or `reasoning`; of a question: `approval` or `question`." },
  duration: { type: "number", summary: "Milliseconds." },
  success: { type: "boolean", summary: "Whether it went well." },
  error: { type: "error", summary: "What failed: `code` and `message`." },
  usage: { type: "usage", summary: "Tokens." },
  cost: { type: "number", summary: "US dollars; nil when the model's price is unknown." },
  key: { type: "string", summary: "The path in the state; empty where all of it has changed." },
  operation: { type: "string", summary: "What was done: `set`, `delete`, `clear`, `replace` or `restore`." },
  capability: { type: "string", summary: "What was asked for, such as `fs.write`." },
  target: { type: "string", summary: "What it was asked for on: a path, a host." },
  method: { type: "string", summary: "The method that asked." },
  unit: { type: "string", summary: "`cost` (US dollars) or `tokens`." },
  limit: { type: "number", summary: "The limit." },
  spent: { type: "number", summary: "What is spent so far." },
  hook: { type: "string", summary: "The hook." },
  point: { type: "string", summary: "Where it stands, such as `beforeGenerate`." },
  subject: { type: "string", summary: "What it was about: a model, a tool, an agent." },
  title: { type: "string", summary: "What a person is asked." },
  approved: { type: "boolean", summary: "Whether the person allowed it." },
  by: { type: "string", summary: "Who answered." },
  answer: { type: "string", summary: "What the person answered." },
  reason: { type: "string", summary: "Why." },
  guardrail: { type: "string", summary: "The guardrail." },
  stage: { type: "string", summary: "`input`, `output` or `tool`." },
  action: { type: "string", summary: "What was done: `block`, `warn` or `redact`." },
  violations: { type: "list", summary: "What was found: `{rule, where, count}`, never the text itself." },
  pattern: { type: "string", summary: "The pattern of the handler." },
  dropped: { type: "number", summary: "How many events were dropped." },
  replayed: { type: "boolean", summary: "Emitted by `events.replay`." },
  originalId: { type: "string", summary: "Its id when it was recorded." },
  originalTime: { type: "number", summary: "Its time when it was recorded." },
} as const satisfies Record<string, FieldDeclaration>;

export type EventField = keyof typeof EVENT_FIELDS;

interface EventDeclaration {
  summary: string;
  fields: readonly EventField[];
}

const agent = ["agentId", "agentName"] as const;
const tool = ["toolName", "agentName"] as const;
const workflow = ["workflowId", "workflowName"] as const;
const step = [...workflow, "stepName", "stepType"] as const;
const failed = ["duration", "success", "error"] as const;
const answer = ["model", "provider", "usage", "cost", "finishReason", "duration", "success"] as const;

/** Every event that LLMSpell emits by itself, with its fields. Those that do not apply are left out. */
export const EVENT_TYPES = {
  "run.started": { summary: "The run has begun: its first event.", fields: [] },
  "run.finished": {
    summary: "The script has ended. What handlers of this wait for does not come.",
    fields: ["success", "duration", "error"],
  },
  "llm.started": { summary: "A model is asked.", fields: ["model", "provider"] },
  "llm.chunk": { summary: "A piece of a streamed answer, as the script gets it.", fields: ["kind", "text"] },
  "llm.finished": { summary: "It has answered.", fields: answer },
  "llm.failed": { summary: "It has not.", fields: ["model", "provider", ...failed] },
  "agent.started": { summary: "An agent runs.", fields: agent },
  "agent.step": {
    summary: "One round of an agent is over.",
    fields: [...agent, "step", "usage", "cost", "finishReason", "duration", "toolCalls"],
  },
  "agent.handoff": { summary: "Another agent takes over.", fields: [...agent, "targetAgent", "reason"] },
  "agent.finished": {
    summary: "An agent has answered.",
    fields: [...agent, "duration", "success", "usage", "cost", "finishReason", "steps"],
  },
  "agent.failed": { summary: "An agent has failed.", fields: [...agent, ...failed] },
  "tool.started": { summary: "A tool is called.", fields: tool },
  "tool.executed": { summary: "A tool has run.", fields: [...tool, "duration", "success"] },
  "tool.failed": { summary: "A tool has failed.", fields: [...tool, ...failed] },
  "workflow.started": { summary: "A workflow runs.", fields: [...workflow, "steps"] },
  "workflow.finished": { summary: "A workflow is done.", fields: [...workflow, "duration", "success"] },
  "workflow.failed": { summary: "A workflow has failed.", fields: [...workflow, ...failed] },
  "workflow.paused": { summary: "A workflow waits to be resumed, before a step.", fields: workflow },
  "workflow.resumed": { summary: "A workflow goes on.", fields: workflow },
  "workflow.cancelled": { summary: "A workflow was cancelled.", fields: [...workflow, ...failed] },
  "workflow.step.started": { summary: "A step runs.", fields: step },
  "workflow.step.finished": { summary: "A step is done.", fields: [...step, "duration", "success", "attempts"] },
  "workflow.step.failed": { summary: "A step has failed.", fields: [...step, ...failed, "attempts"] },
  "workflow.step.skipped": { summary: "A step is left out: its condition does not hold.", fields: step },
  "workflow.step.retried": { summary: "A step is tried again.", fields: [...step, "attempt", "delay", "error"] },
  "state.changed": { summary: "A value of a state has changed.", fields: ["key", "operation"] },
  "budget.warning": { summary: "80 % of the run's budget are spent.", fields: ["unit", "limit", "spent"] },
  "budget.exceeded": {
    summary: "A call does not fit into what is left of the budget.",
    fields: ["unit", "limit", "spent"],
  },
  "permission.denied": { summary: "The run may not do what it asked for.", fields: ["capability", "target", "method"] },
  "hook.blocked": {
    summary: "A hook has stopped what was about to happen.",
    fields: ["hook", "point", "subject", "reason"],
  },
  "hook.failed": { summary: "A hook has failed, or took too long.", fields: ["hook", "point", "subject", "error"] },
  "hook.disabled": {
    summary: "A hook failed so often in a row that it is switched off for a while.",
    fields: ["hook", "point", "error"],
  },
  "hook.enabled": { summary: "It works again.", fields: ["hook", "point"] },
  "guardrail.triggered": {
    summary: "A guardrail found something.",
    fields: ["guardrail", "stage", "action", "subject", "violations"],
  },
  "approval.requested": { summary: "A person is asked.", fields: ["kind", "title"] },
  "approval.answered": {
    summary: "A person has answered.",
    fields: ["kind", "title", "success", "duration", "approved", "answer", "by", "error"],
  },
  "events.dropped": {
    summary: "A handler cannot keep up: its oldest waiting events are dropped.",
    fields: ["pattern", "dropped"],
  },
} as const satisfies Record<string, EventDeclaration>;

export function isBuiltIn(name: string): boolean {
  return Object.hasOwn(EVENT_TYPES, name);
}
