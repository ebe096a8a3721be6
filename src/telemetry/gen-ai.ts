import type { Usage } from "../journal/journal.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { Attributes } from "./attributes.ts";

/** An effect as OpenTelemetry's conventions name it: https://opentelemetry.io/docs/specs/semconv/gen-ai/ */
export interface EffectDescription {
  name: string;
  kind: "internal" | "client";
  attributes: Attributes;
}

export interface DescribedEffect {
  method: string;
  args: readonly ScriptValue[];
  value: ScriptValue | undefined;
  usage: Usage | undefined;
  /** The agent's, tool's or workflow's name, see `Method.about`. */
  about?: string | undefined;
}

const TOOL_RUNS = new Set(["tools.perform", "tools.execute", "tools.callByName", "tool.execute", "tool.run"]);

/** `llm` methods that ask a model, by the operation that they are. */
const OPERATIONS: Readonly<Record<string, string>> = {
  generate: "chat",
  streamInto: "chat",
  open: "chat",
  race: "chat",
  generateObject: "chat",
  embedTexts: "embeddings",
  makeImage: "generate_content",
  makeSpeech: "generate_content",
  transcribeAudio: "generate_content",
};

type Data = Readonly<Record<string, unknown>>;

const dataOf = (value: unknown): Data => (typeof value === "object" && value !== null ? (value as Data) : {});

/** Name, kind and attributes of the span of an effect. `contents`: with what was said, which may be private. */
export function describeEffect(effect: DescribedEffect, contents: boolean): EffectDescription {
  const [owner, action = ""] = effect.method.split(".");
  if (owner === "llm" && Object.hasOwn(OPERATIONS, action))
    return describeModel(OPERATIONS[action] as string, effect, contents);
  if (effect.method === "agent.perform") return describeAgent(effect, contents);
  if (TOOL_RUNS.has(effect.method)) return describeTool(effect, contents);
  if (effect.method === "workflow.step") return describeNamed("workflow_step", effect, "llmspell.workflow.step");
  if (owner === "workflow") return describeNamed("invoke_workflow", effect, "llmspell.workflow.name");
  if (owner === "http") return describeRequest(effect);
  if (effect.method === "trace.span") return { name: String(effect.args[0]), kind: "internal", attributes: {} };
  return { name: effect.method, kind: "internal", attributes: {} };
}

function describeModel(
  operation: string,
  { args, value, usage }: DescribedEffect,
  contents: boolean,
): EffectDescription {
  const request = dataOf(args[0]);
  const answer = dataOf(dataOf(value).response ?? value);
  const model = text(answer.model) ?? text(request.model);
  const attributes = known({
    "gen_ai.operation.name": operation,
    "gen_ai.provider.name": text(answer.provider) ?? text(request.provider),
    "gen_ai.request.model": text(request.model),
    "gen_ai.response.model": text(answer.model),
    "gen_ai.response.id": text(answer.responseId),
    "gen_ai.response.finish_reasons": typeof answer.finishReason === "string" ? [answer.finishReason] : undefined,
    "gen_ai.request.temperature": number(request.temperature),
    "gen_ai.request.top_p": number(request.topP),
    "gen_ai.request.top_k": number(request.topK),
    "gen_ai.request.max_tokens": number(request.maxTokens),
    "gen_ai.request.seed": number(request.seed),
    "gen_ai.usage.input_tokens": usage?.inputTokens,
    "gen_ai.usage.output_tokens": usage?.outputTokens,
    "llmspell.cost_usd": usage?.cost,
    "gen_ai.input.messages": contents ? json(request.messages) : undefined,
    "gen_ai.output.messages": contents && answer.message !== undefined ? json([answer.message]) : undefined,
  });
  return { name: model === undefined ? operation : `${operation} ${model}`, kind: "client", attributes };
}

function describeAgent(effect: DescribedEffect, contents: boolean): EffectDescription {
  const { args, value } = effect;
  const described = describeNamed("invoke_agent", effect, "gen_ai.agent.name");
  const said = known({
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.input.messages": contents ? json(args[1]) : undefined,
    "gen_ai.output.messages": contents ? json(dataOf(value).text ?? value) : undefined,
  });
  return { ...described, attributes: { ...described.attributes, ...said } };
}

function describeTool(effect: DescribedEffect, contents: boolean): EffectDescription {
  const { args, value } = effect;
  const described = describeNamed("execute_tool", effect, "gen_ai.tool.name");
  const said = known({
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.call.arguments": contents ? json(args[1]) : undefined,
    "gen_ai.tool.call.result": contents ? json(value) : undefined,
  });
  return { ...described, attributes: { ...described.attributes, ...said } };
}

function describeNamed(operation: string, { args, about }: DescribedEffect, attribute: string): EffectDescription {
  const name = about ?? text(args[0]) ?? text(dataOf(args[0]).name);
  return {
    name: name === undefined ? operation : `${operation} ${name}`,
    kind: "internal",
    attributes: known({ [attribute]: name }),
  };
}

function describeRequest({ method, args, value }: DescribedEffect): EffectDescription {
  const address = args.find((arg): arg is string => typeof arg === "string" && URL.canParse(arg));
  const url = address === undefined ? undefined : new URL(address);
  return {
    name: method,
    kind: "client",
    attributes: known({
      "server.address": url?.hostname,
      "http.response.status_code": number(dataOf(value).status),
    }),
  };
}

/** Longest text of what was said. */
const LONGEST = 100_000;

function json(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const shown = JSON.stringify(value, (_, each: unknown) =>
    typeof each === "bigint" ? String(each) : each instanceof Uint8Array ? `${each.length} bytes` : each,
  );
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

function known(attributes: Readonly<Record<string, Attributes[string] | undefined>>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Attributes;
}
