import type {
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4Usage,
  SharedV4Warning,
} from "@ai-sdk/provider";
import { LlmspellError } from "../../errors.ts";
import type { Generation } from "../backend.ts";
import { FILTER_HINT } from "../call/provider-errors.ts";
import { parseLenient } from "../../schemas/parse-lenient.ts";
import { countMessageTokens, countTokens } from "../tokens.ts";
import type { FinishReason, ModelRequest, ToolCall, Usage } from "../types.ts";

const FINISH: Readonly<Record<LanguageModelV4FinishReason["unified"], FinishReason>> = {
  stop: "stop",
  length: "length",
  "content-filter": "content_filter",
  "tool-calls": "tool_calls",
  error: "error",
  interrupted: "error",
  other: "other",
};

export function emptyGeneration(): Generation {
  return {
    text: "",
    reasoning: [],
    toolCalls: [],
    usage: {
      inputTokens: 0,
      outputTokens: 0,
      totalTokens: 0,
      cachedTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
    },
    finishReason: "other",
    warnings: [],
    files: [],
  };
}

/** Adds one content part of an answer. Parts of other kinds (sources, results of the provider's own tools) are left out. */
export function addContent(generation: Generation, part: LanguageModelV4Content, provider: string): void {
  if (part.type === "text") generation.text += part.text;
  else if (part.type === "reasoning") {
    generation.reasoning.push({
      text: part.text,
      ...(part.providerMetadata ? { providerData: part.providerMetadata } : {}),
    });
  } else if (part.type === "tool-call") {
    if (part.providerExecuted) return;
    generation.toolCalls.push(toToolCall(part, provider));
  } else if (part.type === "file" && part.data.type === "data") {
    const { data } = part.data;
    generation.files.push({
      mediaType: part.mediaType,
      data: typeof data === "string" ? Buffer.from(data, "base64") : data,
    });
  }
}

/** Deeper ones are no arguments of any tool, and more than many a reader of them can take. */
const MAX_ARGUMENTS_DEPTH = 100;

function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_ARGUMENTS_DEPTH) return true;
    level = level.flatMap((each) => (typeof each === "object" && each !== null ? Object.values(each) : []));
  }
  return false;
}

/** Throws `provider.bad_reply` when the arguments are no JSON object and cannot be repaired into one. */
export function toToolCall(part: Extract<LanguageModelV4Content, { type: "tool-call" }>, provider: string): ToolCall {
  const input = part.input.trim() === "" ? {} : parseLenient(part.input);
  if (typeof input !== "object" || input === null || Array.isArray(input) || isTooDeep(input)) {
    throw new LlmspellError(
      "provider.bad_reply",
      `${provider} called the tool "${part.toolName}" with arguments that are no JSON object, or nested too deeply`,
      {
        details: { provider, tool: part.toolName, arguments: part.input.slice(0, 500) },
      },
    );
  }
  return {
    id: part.toolCallId,
    name: part.toolName,
    arguments: input as Record<string, unknown>,
    ...(part.providerMetadata ? { providerData: part.providerMetadata } : {}),
  };
}

/** Undefined where the server says nothing about tokens. */
export function toUsage(usage: LanguageModelV4Usage): Usage | undefined {
  const { inputTokens: input, outputTokens: output } = usage;
  if (!input.total && !output.total) return undefined;
  const inputTokens = input.total ?? 0;
  const outputTokens = output.total ?? 0;
  return {
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    cachedTokens: input.cacheRead ?? 0,
    cacheWriteTokens: input.cacheWrite ?? 0,
    reasoningTokens: output.reasoning ?? 0,
  };
}

/** Budgets hold also for servers that count nothing: their usage is estimated, with a warning. */
export function setUsage(generation: Generation, counted: Usage | undefined, request: ModelRequest): void {
  if (counted) {
    generation.usage = counted;
    return;
  }
  const inputTokens = countMessageTokens(request.messages, request.tools);
  const calls = generation.toolCalls.length > 0 ? countTokens(JSON.stringify(generation.toolCalls)) : 0;
  const outputTokens = countTokens(generation.text) + calls;
  generation.usage = { ...generation.usage, inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
  generation.warnings.push("the server gave no usage: tokens are estimated");
}

export function toFinishReason(reason: LanguageModelV4FinishReason): FinishReason {
  if (reason.unified === "other" && /filter|safety|refus/i.test(reason.raw ?? "")) return "content_filter";
  return FINISH[reason.unified] ?? "other";
}

export function toWarnings(warnings: readonly SharedV4Warning[]): string[] {
  return warnings.map((warning) => {
    if (warning.type === "unsupported")
      return `${warning.feature} is not supported${warning.details ? `: ${warning.details}` : ""}`;
    if (warning.type === "compatibility") return `${warning.feature}${warning.details ? `: ${warning.details}` : ""}`;
    return warning.message;
  });
}

/** An answer that the content filter stopped before its first word is no answer. */
export function checkGeneration(generation: Generation, provider: string, model: string): Generation {
  if (generation.finishReason === "content_filter" && generation.text === "" && generation.toolCalls.length === 0) {
    throw new LlmspellError(
      "provider.content_filter",
      `${provider} (${model}): the content filter stopped the answer`,
      { details: { provider, model }, hint: FILTER_HINT },
    );
  }
  const empty = generation.text === "" && generation.toolCalls.length === 0 && generation.files.length === 0;
  if (generation.finishReason === "error" || (empty && generation.finishReason === "other")) {
    throw new LlmspellError("provider.bad_reply", `${provider} (${model}) ended without an answer`, {
      details: { provider, model },
    });
  }
  return generation;
}
