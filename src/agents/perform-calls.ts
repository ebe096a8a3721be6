import type { AgentPorts, PerformedCall, RunLeft, ToolOutcome } from "./agent-run.ts";
import type { AgentMessage, AgentToolCall, ToolOffer } from "./messages.ts";

/** The calls of one answer of a model. */
export interface CallBatch {
  calls: readonly AgentToolCall[];
  offers: readonly ToolOffer[];
  ports: AgentPorts;
  /** Who makes them. */
  agent: string;
  /** Further ones are answered with an error. */
  most: number;
  left: RunLeft;
  /** The one that hands over. */
  transfer: AgentToolCall | undefined;
  /** What calls that would hand over are told otherwise. */
  refusesTransfer: string;
  maxToolResult: number;
}

export interface CallDone {
  message: AgentMessage;
  performed: PerformedCall;
  outcome: ToolOutcome;
}

/** Asks a person where that is wanted, one call after the other, then carries out all calls at once. Results in the order of the calls. */
export async function performCalls(batch: CallBatch): Promise<CallDone[]> {
  const refusals: (string | undefined)[] = [];
  for (const [index, call] of batch.calls.entries())
    refusals.push(isOffered(batch, call) && index < batch.most ? await batch.ports.refusal(call) : undefined);
  return Promise.all(batch.calls.map((call, index) => performOne(batch, call, index, refusals[index])));
}

const isOffered = ({ offers }: CallBatch, { name }: AgentToolCall): boolean =>
  offers.some((offer) => offer.name === name);

async function performOne(
  batch: CallBatch,
  call: AgentToolCall,
  index: number,
  refusal: string | undefined,
): Promise<CallDone> {
  const { ports } = batch;
  const startedAt = ports.now();
  await ports.tell({ type: "toolCall", toolCall: call });
  const outcome = await outcomeOf(batch, call, index, refusal);
  const full = outcome.isError ? String(outcome.value) : ports.toText(outcome.value);
  const text = cutTo(full, batch.maxToolResult, call.name);
  const performed: PerformedCall = {
    id: call.id,
    name: call.name,
    arguments: call.arguments,
    result: text === full ? outcome.value : text,
    isError: outcome.isError,
    ...(outcome.code === undefined ? {} : { code: outcome.code }),
    durationMs: ports.now() - startedAt,
    agent: batch.agent,
  };
  await ports.tell({ type: "toolResult", toolResult: performed });
  const message: AgentMessage = {
    role: "tool",
    content: text,
    toolCallId: call.id,
    name: call.name,
    ...(outcome.isError ? { isError: true } : {}),
  };
  return { message, performed, outcome };
}

async function outcomeOf(
  batch: CallBatch,
  call: AgentToolCall,
  index: number,
  refusal: string | undefined,
): Promise<ToolOutcome> {
  const offer = batch.offers.find(({ name }) => name === call.name);
  if (!offer) return unknownTool(call, batch.offers);
  if (index >= batch.most)
    return wrong("tool.too_many", `At most ${batch.most} tools can be called at once; this call was not made.`);
  if (refusal !== undefined) return { value: refusal, isError: true, code: "approval.refused" };
  if (offer.transfersTo === undefined) return batch.ports.perform(call, batch.left);
  if (call === batch.transfer) return { value: `The conversation goes on with ${offer.transfersTo}.`, isError: false };
  return wrong("agent.handoff", batch.transfer ? "Only one agent can take over." : batch.refusesTransfer);
}

const wrong = (code: string, value: string): ToolOutcome => ({ value, isError: true, code, wrongCall: true });

function unknownTool({ name }: AgentToolCall, offers: readonly ToolOffer[]): ToolOutcome {
  const known = offers.map((offer) => offer.name);
  const list = known.length === 0 ? "There are no tools." : `The tools are: ${known.join(", ")}.`;
  return wrong("tool.unknown", `There is no tool "${name.slice(0, 100)}". ${list}`);
}

/** The beginning of a text that is too long for the model, which is told so. */
function cutTo(text: string, most: number, tool: string): string {
  if (text.length <= most) return text;
  let end = most;
  const code = text.charCodeAt(end - 1);
  if (code >= 0xd800 && code <= 0xdbff) end -= 1;
  return `${text.slice(0, end)}\n[tool.result_too_large: the result of ${tool} has ${text.length} characters; only the first ${end} are shown. Ask for less.]`;
}
