import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The protocols that the server speaks, told apart by path. */
export type ModelProtocol =
  | "openai-chat"
  | "openai-responses"
  | "anthropic"
  | "google"
  | "embeddings"
  | "google-embeddings"
  | "images"
  | "speech"
  | "transcriptions"
  | "models"
  | "ollama-tags";

/** The parts of a request's body that the protocols share; everything else is there too. */
export interface WireBody {
  model?: string;
  stream?: boolean;
  messages?: WireMessage[];
  [key: string]: unknown;
}

interface WireMessage {
  role?: string;
  content?: unknown;
  parts?: unknown;
}

/** A request as it arrived. */
export interface ModelCall {
  protocol: ModelProtocol;
  method: string;
  /** With query. */
  path: string;
  headers: Record<string, string | undefined>;
  /** Parsed JSON; empty where it is none. */
  body: WireBody;
  stream: boolean;
  /** Text of the last user message, in whatever shape the protocol holds it. */
  prompt: string;
  /** Counts from 1. */
  number: number;
}

export interface ModelUsage {
  input: number;
  output: number;
  /** Part of `input`. */
  cached?: number;
  /** Part of `output`. */
  reasoning?: number;
}

/** What a model answers. */
export interface ModelAnswer {
  text?: string;
  reasoning?: string;
  toolCalls?: readonly { id?: string; name: string; arguments: unknown }[];
  usage?: ModelUsage;
  finish?: "stop" | "length" | "content_filter";
  /** Pieces of a streamed text; default: words. */
  chunks?: readonly string[];
  /** Before the first byte, in milliseconds. */
  delayMs?: number;
  /** Between pieces of a stream. */
  chunkDelayMs?: number;
  /** Streams: cuts the connection after so many events. */
  cutAfter?: number;
  /** Streams: ends properly after so many events, without the protocol's own end. */
  stopAfter?: number;
  /** Streams: sends a line of garbage after so many events. */
  garbageAfter?: number;
  /** Streams: sends the protocol's error event after so many events. */
  errorAfter?: { events: number; type: string; message: string };
  vectors?: readonly (readonly number[])[];
  /** Model names, for listings. */
  models?: readonly string[];
}

/** A reply of any other kind: an error, HTML, nothing. */
export interface RawReply {
  status: number;
  headers?: Record<string, string>;
  body?: string | object;
  delayMs?: number;
}

export type ModelReply = ModelAnswer | RawReply;
export type ModelResponder = (call: ModelCall) => ModelReply | Promise<ModelReply>;

/**
 * A real HTTP server on loopback that speaks the wire protocols of OpenAI (chat completions and responses; also Mistral,
 * Groq, DeepSeek, Ollama and OpenRouter), Anthropic and Gemini, well or badly as told. For tests of spells and of
 * providers without a network.
 */
export interface ModelServer extends AsyncDisposable {
  /** Without a path: `http://127.0.0.1:port`. */
  readonly url: string;
  readonly calls: ModelCall[];
  /** Sets what is answered: always the same, one after the other (the last stays), or by a function. */
  respond(reply: ModelReply | readonly ModelReply[] | ModelResponder): void;
  /** Connections that are open now: a test for leaks. */
  openConnections(): Promise<number>;
  close(): Promise<void>;
}

export async function startModelServer(
  reply: ModelReply | readonly ModelReply[] | ModelResponder = { text: "ok" },
): Promise<ModelServer> {
  const calls: ModelCall[] = [];
  let responder = toResponder(reply);
  const server = createServer((request, response) => {
    void handle(request, response, calls, (call) => responder(call)).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    respond(next) {
      responder = toResponder(next);
    },
    openConnections: () => countConnections(server),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function toResponder(reply: ModelReply | readonly ModelReply[] | ModelResponder): ModelResponder {
  if (typeof reply === "function") return reply;
  if (!Array.isArray(reply)) return () => reply as ModelReply;
  let next = 0;
  return () => reply[Math.min(next++, reply.length - 1)] as ModelReply;
}

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  calls: ModelCall[],
  responder: ModelResponder,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const path = request.url ?? "/";
  const protocol = protocolOf(path);
  let body: WireBody = {};
  try {
    body = JSON.parse(text) as WireBody;
  } catch {
    // Forms and empty bodies have none.
  }
  const call: ModelCall = {
    protocol,
    method: request.method ?? "GET",
    path,
    headers: request.headers as Record<string, string | undefined>,
    body,
    stream: body.stream === true || path.includes(":streamGenerateContent"),
    prompt: promptOf(body),
    number: calls.length + 1,
  };
  calls.push(call);
  const reply = await responder(call);
  if (reply.delayMs) await pause(reply.delayMs);
  if ("status" in reply) {
    const isText = typeof reply.body === "string" || reply.body === undefined;
    response.writeHead(reply.status, { "content-type": isText ? "text/html" : "application/json", ...reply.headers });
    response.end(isText ? reply.body : JSON.stringify(reply.body));
    return;
  }
  if (call.stream) return sendStream(call, reply, response);
  if (protocol === "speech") {
    response.writeHead(200, { "content-type": "audio/mpeg" });
    response.end(Buffer.from(reply.text ?? "sound"));
    return;
  }
  response.writeHead(200, { "content-type": "application/json", "x-request-id": `req-${call.number}` });
  response.end(JSON.stringify(wholeReply(call, reply)));
}

async function sendStream(call: ModelCall, reply: ModelAnswer, response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream", "x-request-id": `req-${call.number}` });
  response.flushHeaders();
  const events = streamEvents(call, reply);
  for (let index = 0; index <= events.length; index++) {
    if (response.destroyed) return;
    if (reply.cutAfter === index) {
      response.destroy();
      return;
    }
    if (reply.stopAfter === index) break;
    if (reply.garbageAfter === index) response.write("data: {{{ this is no json\n\n");
    if (reply.errorAfter?.events === index) {
      response.write(errorEvent(call.protocol, reply.errorAfter.type, reply.errorAfter.message));
      break;
    }
    const event = events[index];
    if (event === undefined) break;
    response.write(event);
    if (reply.chunkDelayMs !== undefined) await pause(reply.chunkDelayMs);
  }
  response.end();
}

function protocolOf(path: string): ModelProtocol {
  const plain = path.split("?", 1)[0] ?? "";
  if (/:(stream)?generateContent$/i.test(plain)) return "google";
  if (/:(batchEmbedContents|embedContent)$/.test(plain)) return "google-embeddings";
  if (plain.endsWith("/chat/completions")) return "openai-chat";
  if (plain.endsWith("/responses")) return "openai-responses";
  if (plain.endsWith("/messages")) return "anthropic";
  if (plain.endsWith("/embeddings")) return "embeddings";
  if (plain.endsWith("/images/generations")) return "images";
  if (plain.endsWith("/audio/speech")) return "speech";
  if (plain.endsWith("/audio/transcriptions")) return "transcriptions";
  return plain.endsWith("/api/tags") ? "ollama-tags" : "models";
}

function promptOf(body: WireBody): string {
  const messages = (body.messages ?? body.contents ?? (Array.isArray(body.input) ? body.input : [])) as WireMessage[];
  const last = messages.findLast((message) => message.role === "user");
  const content = last?.content ?? last?.parts ?? "";
  if (typeof content === "string") return content;
  return (content as { text?: string }[]).map((part) => part.text ?? "").join("");
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const words = (text: string): string[] => text.match(/\s*\S+\s*/g) ?? (text === "" ? [] : [text]);
const sse = (data: unknown, event?: string): string =>
  `${event ? `event: ${event}\n` : ""}data: ${JSON.stringify(data)}\n\n`;
const DEFAULT_USAGE: ModelUsage = { input: 10, output: 5 };

function callsOf(reply: ModelAnswer): { id: string; name: string; json: string; arguments: unknown }[] {
  return (reply.toolCalls ?? []).map((call, index) => ({
    id: call.id ?? `call_${index + 1}`,
    name: call.name,
    arguments: call.arguments,
    json: typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments),
  }));
}

function wholeReply(call: ModelCall, reply: ModelAnswer): unknown {
  const usage = reply.usage ?? DEFAULT_USAGE;
  const model = call.body.model ?? "model";
  switch (call.protocol) {
    case "openai-chat": {
      const toolCalls = callsOf(reply).map(({ id, name, json }) => ({
        id,
        type: "function",
        function: { name, arguments: json },
      }));
      const message = {
        role: "assistant",
        content: reply.text ?? null,
        ...(reply.reasoning ? { reasoning_content: reply.reasoning } : {}),
        ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}),
      };
      return {
        id: "chatcmpl-1",
        object: "chat.completion",
        created: 1_700_000_000,
        model,
        choices: [{ index: 0, message, finish_reason: chatFinish(reply) }],
        usage: chatUsage(usage),
      };
    }
    case "openai-responses":
      return responsesBody(model, reply, usage);
    case "anthropic": {
      const content = [
        ...(reply.reasoning ? [{ type: "thinking", thinking: reply.reasoning, signature: "sig" }] : []),
        ...(reply.text === undefined ? [] : [{ type: "text", text: reply.text }]),
        ...callsOf(reply).map((each) => ({ type: "tool_use", id: each.id, name: each.name, input: each.arguments })),
      ];
      return {
        type: "message",
        id: "msg_1",
        role: "assistant",
        model,
        content,
        stop_reason: anthropicStop(reply),
        stop_sequence: null,
        usage: anthropicUsage(usage),
      };
    }
    case "google":
      return googleChunk(reply, googleParts(reply, reply.text), true, usage);
    case "embeddings": {
      const inputs: unknown[] = Array.isArray(call.body.input) ? call.body.input : [call.body.input];
      return {
        object: "list",
        model,
        id: "emb-1",
        data: inputs.map((_, index) => ({
          object: "embedding",
          index,
          embedding: reply.vectors?.[index] ?? [index, 1, 0],
        })),
        usage: { prompt_tokens: usage.input, total_tokens: usage.input },
      };
    }
    case "google-embeddings": {
      const { requests } = call.body;
      if (!Array.isArray(requests)) return { embedding: { values: reply.vectors?.[0] ?? [0, 1, 0] } };
      return { embeddings: requests.map((_, index) => ({ values: reply.vectors?.[index] ?? [index, 1, 0] })) };
    }
    case "images":
      return { created: 1_700_000_000, data: [{ b64_json: Buffer.from(reply.text ?? "image").toString("base64") }] };
    case "transcriptions":
      return { text: reply.text ?? "", language: "english", duration: 1.5, segments: [] };
    case "ollama-tags":
      return { models: (reply.models ?? []).map((name) => ({ name, model: name })) };
    default:
      return { object: "list", data: (reply.models ?? []).map((id) => ({ id, object: "model" })) };
  }
}

function streamEvents(call: ModelCall, reply: ModelAnswer): string[] {
  const usage = reply.usage ?? DEFAULT_USAGE;
  const model = call.body.model ?? "model";
  const pieces = reply.chunks ?? words(reply.text ?? "");
  if (call.protocol === "anthropic") return anthropicEvents(model, reply, pieces, usage);
  if (call.protocol === "openai-responses") return responsesEvents(model, reply, pieces, usage);
  if (call.protocol === "google") {
    const first = reply.reasoning
      ? [sse(googleChunk(reply, [{ text: reply.reasoning, thought: true }], false, usage))]
      : [];
    const middle = pieces.map((piece) => sse(googleChunk(reply, [{ text: piece }], false, usage)));
    return [...first, ...middle, sse(googleChunk(reply, googleParts({ ...reply, reasoning: "" }, ""), true, usage))];
  }
  const chunk = (delta: object, finish: string | null = null): string =>
    sse({
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1_700_000_000,
      model,
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
  return [
    chunk({ role: "assistant", content: "" }),
    ...(reply.reasoning ? [chunk({ reasoning_content: reply.reasoning })] : []),
    ...pieces.map((content) => chunk({ content })),
    ...callsOf(reply).flatMap(({ id, name, json }, index) => [
      chunk({ tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] }),
      chunk({ tool_calls: [{ index, function: { arguments: json.slice(0, 3) } }] }),
      chunk({ tool_calls: [{ index, function: { arguments: json.slice(3) } }] }),
    ]),
    ...chatEnd(
      model,
      reply,
      usage,
      (call.body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true,
    ),
    "data: [DONE]\n\n",
  ];
}

/** Usage stands in a chunk of its own where it was asked for; else in the last one, as Mistral and Groq send it. */
function chatEnd(model: string, reply: ModelAnswer, usage: ModelUsage, own: boolean): string[] {
  const base = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_700_000_000, model };
  const choices = [{ index: 0, delta: {}, finish_reason: chatFinish(reply) }];
  if (own) return [sse({ ...base, choices }), sse({ ...base, choices: [], usage: chatUsage(usage) })];
  return [sse({ ...base, choices, usage: chatUsage(usage), x_groq: { id: "req", usage: chatUsage(usage) } })];
}

function errorEvent(protocol: ModelProtocol, type: string, message: string): string {
  if (protocol === "anthropic") return sse({ type: "error", error: { type, message } }, "error");
  if (protocol === "openai-responses")
    return sse({ type: "error", sequence_number: 3, error: { type, code: type, message, param: null } });
  if (protocol === "google") return sse({ error: { code: 503, message, status: type } });
  return sse({ error: { type, message, code: null, param: null } });
}

function chatFinish(reply: ModelAnswer): string {
  return reply.finish ?? (reply.toolCalls?.length ? "tool_calls" : "stop");
}

function chatUsage({ input, output, cached = 0, reasoning = 0 }: ModelUsage): object {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
    // DeepSeek's own fields.
    prompt_cache_hit_tokens: cached,
    prompt_cache_miss_tokens: input - cached,
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}

function anthropicUsage({ input, output, cached = 0 }: ModelUsage): object {
  return {
    input_tokens: input - cached,
    output_tokens: output,
    cache_read_input_tokens: cached,
    cache_creation_input_tokens: 0,
  };
}

function anthropicStop(reply: ModelAnswer): string {
  if (reply.finish === "length") return "max_tokens";
  if (reply.finish === "content_filter") return "refusal";
  return reply.toolCalls?.length ? "tool_use" : "end_turn";
}

function anthropicEvents(model: string, reply: ModelAnswer, pieces: readonly string[], usage: ModelUsage): string[] {
  const events: string[] = [];
  const send = (type: string, data: object): void => void events.push(sse({ type, ...data }, type));
  let index = 0;
  send("message_start", {
    message: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...anthropicUsage(usage), output_tokens: 1 },
    },
  });
  const block = (start: object, deltas: readonly object[]): void => {
    send("content_block_start", { index, content_block: start });
    for (const delta of deltas) send("content_block_delta", { index, delta });
    send("content_block_stop", { index: index++ });
  };
  if (reply.reasoning) {
    block({ type: "thinking", thinking: "", signature: "" }, [
      { type: "thinking_delta", thinking: reply.reasoning },
      { type: "signature_delta", signature: "sig" },
    ]);
  }
  if (pieces.length > 0)
    block(
      { type: "text", text: "" },
      pieces.map((text) => ({ type: "text_delta", text })),
    );
  for (const { id, name, json } of callsOf(reply)) {
    block({ type: "tool_use", id, name, input: {} }, [
      { type: "input_json_delta", partial_json: json.slice(0, 3) },
      { type: "input_json_delta", partial_json: json.slice(3) },
    ]);
  }
  send("message_delta", {
    delta: { stop_reason: anthropicStop(reply), stop_sequence: null },
    usage: { output_tokens: usage.output },
  });
  send("message_stop", {});
  return events;
}

function googleParts(reply: ModelAnswer, text: string | undefined): object[] {
  return [
    ...(reply.reasoning ? [{ text: reply.reasoning, thought: true }] : []),
    ...(text === undefined || (text === "" && reply.toolCalls?.length) ? [] : [{ text }]),
    ...callsOf(reply).map((call) => ({ functionCall: { name: call.name, args: call.arguments } })),
  ];
}

function googleChunk(reply: ModelAnswer, parts: object[], last: boolean, usage: ModelUsage): object {
  const finish = reply.finish === "length" ? "MAX_TOKENS" : reply.finish === "content_filter" ? "SAFETY" : "STOP";
  const { input, output, cached = 0, reasoning = 0 } = usage;
  return {
    candidates: [{ content: { role: "model", parts }, index: 0, ...(last ? { finishReason: finish } : {}) }],
    ...(last
      ? {
          usageMetadata: {
            promptTokenCount: input,
            candidatesTokenCount: output - reasoning,
            thoughtsTokenCount: reasoning,
            cachedContentTokenCount: cached,
            totalTokenCount: input + output,
          },
        }
      : {}),
  };
}

interface OutputItem {
  type: string;
  id: string;
  arguments?: string;
  summary?: { type: string; text: string }[];
  [key: string]: unknown;
}

function responsesOutput(reply: ModelAnswer): OutputItem[] {
  return [
    ...(reply.reasoning
      ? [
          {
            type: "reasoning",
            id: "rs_1",
            summary: [{ type: "summary_text", text: reply.reasoning }],
            encrypted_content: "secret",
          },
        ]
      : []),
    ...(reply.text === undefined
      ? []
      : [
          {
            type: "message",
            id: "msg_1",
            role: "assistant",
            status: "completed",
            content: [{ type: "output_text", text: reply.text, annotations: [] }],
          },
        ]),
    ...callsOf(reply).map(({ id, name, json }, index) => ({
      type: "function_call",
      id: `fc_${index}`,
      call_id: id,
      name,
      arguments: json,
      status: "completed",
    })),
  ];
}

function responsesBody(
  model: string,
  reply: ModelAnswer,
  { input, output, cached = 0, reasoning = 0 }: ModelUsage,
): object {
  const incomplete =
    reply.finish === "length"
      ? { reason: "max_output_tokens" }
      : reply.finish === "content_filter"
        ? { reason: "content_filter" }
        : null;
  return {
    id: "resp_1",
    object: "response",
    created_at: 1_700_000_000,
    model,
    status: incomplete ? "incomplete" : "completed",
    error: null,
    incomplete_details: incomplete,
    output: responsesOutput(reply),
    usage: {
      input_tokens: input,
      output_tokens: output,
      total_tokens: input + output,
      input_tokens_details: { cached_tokens: cached },
      output_tokens_details: { reasoning_tokens: reasoning },
    },
  };
}

function responsesEvents(model: string, reply: ModelAnswer, pieces: readonly string[], usage: ModelUsage): string[] {
  const body = responsesBody(model, reply, usage) as { output: OutputItem[] };
  const events: string[] = [];
  let sequence = 0;
  const send = (type: string, data: object): void =>
    void events.push(sse({ type, sequence_number: sequence++, ...data }, type));
  send("response.created", {
    response: { ...body, status: "in_progress", output: [], usage: null, incomplete_details: null },
  });
  const output =
    reply.text === undefined && pieces.length > 0 ? responsesOutput({ ...reply, text: pieces.join("") }) : body.output;
  output.forEach((item, index) => {
    send("response.output_item.added", {
      output_index: index,
      item:
        item.type === "message"
          ? { ...item, content: [], status: "in_progress" }
          : item.type === "function_call"
            ? { ...item, arguments: "", status: "in_progress" }
            : { ...item, summary: [] },
    });
    if (item.type === "message")
      for (const delta of pieces)
        send("response.output_text.delta", {
          item_id: item.id,
          output_index: index,
          content_index: 0,
          delta,
          logprobs: [],
        });
    if (item.type === "function_call")
      send("response.function_call_arguments.delta", { item_id: item.id, output_index: index, delta: item.arguments });
    if (item.type === "reasoning") {
      send("response.reasoning_summary_part.added", {
        item_id: item.id,
        output_index: index,
        summary_index: 0,
        part: { type: "summary_text", text: "" },
      });
      send("response.reasoning_summary_text.delta", {
        item_id: item.id,
        output_index: index,
        summary_index: 0,
        delta: item.summary?.[0]?.text,
      });
    }
    send("response.output_item.done", { output_index: index, item });
  });
  send(reply.finish === "length" || reply.finish === "content_filter" ? "response.incomplete" : "response.completed", {
    response: { ...body, output },
  });
  return events;
}
