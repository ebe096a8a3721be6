import { LlmspellError } from "../errors.ts";
import type { Backend, Download, Generation } from "./backend.ts";
import { abortError, Deadline, raceAbort } from "./call/deadline.ts";
import {
  DEFAULT_RETRY,
  type RetryPolicy,
  type RetryPorts,
  systemPorts,
  triesNextModel,
  withRetries,
} from "./call/retry.ts";
import { costOf, pricesOf } from "./catalog/model-catalog.ts";
import type { ModelKind } from "./catalog/model-table.ts";
import { defaultModelAt, probeOllama } from "./choose-default.ts";
import type { ModelsConfig } from "./provider-config.ts";
import { findProvider, PROVIDERS } from "./provider-config.ts";
import {
  defaultModelOf,
  defaultProvider,
  type Fallback,
  missingModelError,
  OFFLINE,
  type ResolvedModel,
  resolveName,
} from "./resolve-model.ts";
import type { JsonSchema } from "../schemas/json-schema.ts";
import type { ObjectOptions } from "./structured/generate-object.ts";
import type {
  CallSettings,
  EmbedRequest,
  EmbedResponse,
  ImageRequest,
  ImageResponse,
  ModelMessage,
  ModelRequest,
  ModelResponse,
  ObjectResponse,
  SpeechRequest,
  SpeechResponse,
  StreamEvent,
  TranscribeRequest,
  TranscribeResponse,
  Usage,
} from "./types.ts";
import { NO_USAGE } from "./types.ts";

const TIMEOUT_MS = 300_000;
const ATTEMPT_MS = 120_000;
const IDLE_MS = 60_000;

export interface ModelsOptions {
  config: ModelsConfig;
  /** Every request to a provider goes through it; the runtime's network policy wraps it. Default: the global one. */
  fetch?: typeof globalThis.fetch;
  /** Told once per model when a call goes to the offline model although another was meant. */
  onFallback?: (fallback: Fallback) => void;
  retry?: Partial<RetryPolicy>;
  /** Random, clock and sleep of retries. */
  ports?: RetryPorts;
}

/** Members of `ModelsOptions` that differ from run to run. */
export type RunOptions = Pick<ModelsOptions, "onFallback" | "fetch"> & {
  requireModel?: boolean;
  defaultModel?: string;
  defaultProvider?: string;
  timeoutMs?: number;
};

export interface CallOptions {
  signal?: AbortSignal;
  /** Fetches a file whose address the provider does not take; refused when absent. */
  download?: Download;
}

/**
 * All models, behind one interface. Connections, packages and the search for a default are shared by every run of a
 * worker; `forRun` gives a run its own warnings and settings.
 */
export class Models {
  readonly config: ModelsConfig;
  readonly #options: ModelsOptions;
  readonly #fetch: typeof globalThis.fetch;
  readonly #ports: RetryPorts;
  readonly #backends = new Map<string, Promise<Backend>>();
  readonly #reported = new Set<string>();
  readonly #defaults: Map<string, Promise<ResolvedModel | undefined>>;

  constructor(options: ModelsOptions, shared?: Models) {
    this.config = options.config;
    this.#options = options;
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#ports = options.ports ?? systemPorts;
    this.#defaults = shared && options.fetch === shared.#options.fetch ? shared.#defaults : new Map();
    if (shared && options.fetch === shared.#options.fetch && options.config.providers === shared.config.providers)
      this.#backends = shared.#backends;
  }

  /** The same models for one run. */
  forRun(run: RunOptions): Models {
    const { requireModel, defaultModel, defaultProvider, timeoutMs, ...rest } = run;
    const config: ModelsConfig = {
      ...this.config,
      ...(requireModel === undefined ? {} : { requireModel }),
      ...(defaultModel === undefined ? {} : { defaultModel }),
      ...(defaultProvider === undefined ? {} : { defaultProvider }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    };
    return new Models({ ...this.#options, ...rest, config }, this);
  }

  /**
   * The model that a call's settings mean. Falls to the offline model, and says so once, where a key is missing or
   * nothing is configured; throws `provider.auth` instead when a model is required, `provider.unknown` for an unknown
   * provider.
   */
  async resolve(settings: Pick<CallSettings, "model" | "provider">, kind: ModelKind = "chat"): Promise<ResolvedModel> {
    const named = settings.model?.trim() ?? "";
    const resolution = resolveName(named, settings.provider, this.config);
    switch (resolution.kind) {
      case "model":
        return resolution.target;
      case "provider":
        return this.#defaultAt(resolution.provider, kind);
      case "fallback":
        return this.#fallBack(resolution.fallback);
      case "default":
        return this.#default(kind);
    }
  }

  async #default(kind: ModelKind): Promise<ResolvedModel> {
    const { config } = this;
    if (config.defaultModel !== undefined && kind === "chat") return this.resolve({ model: config.defaultModel });
    if (config.defaultProvider !== undefined && kind === "chat")
      return this.resolve({ provider: config.defaultProvider });
    const configured = kind === "chat" ? defaultProvider(config) : this.#providerWith(kind);
    if (configured !== undefined) return this.#defaultAt(configured, kind);
    if (typeof config.ollamaProbe === "string" && kind === "chat" && defaultProvider(config) === undefined) {
      const found = await this.#once("probe", () => this.#probe(config.ollamaProbe as string));
      if (found) return found;
    }
    return this.#fallBack({ requested: "", reason: "nothing_configured" });
  }

  /** The first configured provider that has models of a kind. */
  #providerWith(kind: ModelKind): string | undefined {
    return Object.keys(this.config.providers)
      .filter((name) => findProvider(name)?.models[kind] !== undefined)
      .toSorted((a, b) => order(a) - order(b))[0];
  }

  async #probe(url: string): Promise<ResolvedModel | undefined> {
    const model = await probeOllama(url, this.#fetch);
    return model === undefined ? undefined : { provider: "ollama", model };
  }

  async #defaultAt(provider: string, kind: ModelKind): Promise<ResolvedModel> {
    const found =
      kind === "chat"
        ? await this.#once(provider, () => defaultModelAt(provider, this.config, this.#fetch))
        : statedModel(provider, kind, this.config);
    if (found) return found;
    if (kind !== "chat") {
      throw new LlmspellError("provider.unsupported", `${provider} has no ${kind} model here`, {
        details: { provider },
        hint: "Name a model that can, as provider/model.",
      });
    }
    throw new LlmspellError("provider.unknown", `${provider} has no model, or cannot be asked for its models`, {
      details: { provider },
      hint: provider === "ollama" ? "Start it, and pull a model: `ollama pull llama3.2`." : "Name a model.",
    });
  }

  /** A question to a server that is asked once; a negative answer is not kept, since the server may come up. */
  #once(key: string, ask: () => Promise<ResolvedModel | undefined>): Promise<ResolvedModel | undefined> {
    const known = this.#defaults.get(key);
    if (known) return known;
    const answer = ask();
    this.#defaults.set(key, answer);
    if (key !== "probe") void answer.then((found) => found ?? this.#defaults.delete(key));
    return answer;
  }

  #fallBack(fallback: Fallback): ResolvedModel {
    if (this.config.requireModel) throw missingModelError(fallback);
    const key = fallback.requested;
    if (!this.#reported.has(key)) {
      this.#reported.add(key);
      this.#options.onFallback?.(fallback);
    }
    return OFFLINE;
  }

  /** One answer. Retries what can be retried, then goes on to `request.fallback`. Rejects with `provider.*` or `run.aborted`. */
  generate(request: ModelRequest, options: CallOptions = {}): Promise<ModelResponse> {
    return this.#call(request, "chat", options, async (backend, model, signal, startedAt) => {
      const generation = await backend.generate(model, request, signal, options.download);
      return this.#respond(generation, backend.provider, model, startedAt);
    });
  }

  /** An answer as it comes, event by event; see `streamBatches`. */
  async *stream(request: ModelRequest, options: CallOptions = {}): AsyncGenerator<StreamEvent> {
    for await (const events of this.streamBatches(request, options)) yield* events;
  }

  /**
   * An answer as it comes; events that arrived together come as one list. Retries and goes on to the next model only
   * until the first event; after it a failure throws. Ends the request when the consumer stops.
   */
  async *streamBatches(request: ModelRequest, options: CallOptions = {}): AsyncGenerator<readonly StreamEvent[]> {
    const opened = await this.#call(
      request,
      "chat",
      options,
      async (backend, model, signal, startedAt, deadline) => {
        const events = backend.stream(model, request, signal, options.download)[Symbol.asyncIterator]();
        try {
          return { events, first: await raceAbort(events.next(), signal), backend, model, startedAt, deadline };
        } catch (error) {
          void events.return?.(undefined).catch(() => undefined);
          throw error;
        }
      },
      true,
    );
    const { events, backend, model, startedAt, deadline } = opened;
    const idle = request.idleTimeoutMs ?? IDLE_MS;
    let end = startedAt + (request.timeoutMs ?? this.config.timeoutMs ?? TIMEOUT_MS);
    try {
      for (let next = opened.first; !next.done;) {
        // The consumer's own time does not count.
        const given = this.#ports.now();
        deadline.restart(Infinity);
        yield next.value.map((event) =>
          event.type === "finish"
            ? { type: "finish", response: this.#respond(event.generation, backend.provider, model, startedAt) }
            : event,
        );
        const now = this.#ports.now();
        end += now - given;
        deadline.restart(Math.min(idle, end - now));
        next = await events.next();
      }
    } catch (thrown) {
      throw this.#failure(
        thrown,
        deadline,
        options.signal,
        backend.provider,
        model,
        `the stream stood still for ${idle} ms, or took longer than allowed`,
      );
    } finally {
      deadline.dispose();
      void events.return?.(undefined).catch(() => undefined);
    }
  }

  /** A value that fits `request.schema`; see `generateObject`. */
  async generateObject(
    request: ModelRequest & { schema: JsonSchema },
    options: CallOptions & ObjectOptions = {},
  ): Promise<ObjectResponse> {
    const { generateObject } = await import("./structured/generate-object.ts");
    return generateObject(request, (each) => this.generate(each, options), options);
  }

  embed(request: EmbedRequest, options: CallOptions = {}): Promise<EmbedResponse> {
    return this.#call(request, "embedding", options, async (backend, model, signal, startedAt) => {
      const { embeddings, inputTokens } =
        request.texts.length === 0 ? { embeddings: [], inputTokens: 0 } : await backend.embed(model, request, signal);
      const usage: Usage = { ...NO_USAGE, inputTokens, totalTokens: inputTokens };
      return {
        embeddings,
        usage,
        cost: costOf(usage, pricesOf(model, backend.provider)),
        ...this.#origin(backend, model, startedAt),
      };
    });
  }

  image(request: ImageRequest, options: CallOptions = {}): Promise<ImageResponse> {
    return this.#call(request, "image", options, async (backend, model, signal, startedAt) => ({
      images: await backend.image(model, request, signal),
      ...this.#origin(backend, model, startedAt),
    }));
  }

  speech(request: SpeechRequest, options: CallOptions = {}): Promise<SpeechResponse> {
    return this.#call(request, "speech", options, async (backend, model, signal, startedAt) => ({
      ...(await backend.speech(model, request, signal)),
      ...this.#origin(backend, model, startedAt),
    }));
  }

  transcribe(request: TranscribeRequest, options: CallOptions = {}): Promise<TranscribeResponse> {
    return this.#call(request, "transcription", options, async (backend, model, signal, startedAt) => ({
      ...(await backend.transcribe(model, request, signal)),
      ...this.#origin(backend, model, startedAt),
    }));
  }

  #origin(backend: Backend, model: string, startedAt: number) {
    return { model, provider: backend.provider, latencyMs: this.#ports.now() - startedAt };
  }

  /** Resolves the model, and runs attempts on it and on its fallbacks. With `keep` the deadline of the winning attempt lives on. */
  async #call<T>(
    settings: CallSettings,
    kind: ModelKind,
    options: CallOptions,
    attempt: (
      backend: Backend,
      model: string,
      signal: AbortSignal,
      startedAt: number,
      deadline: Deadline,
    ) => Promise<T>,
    keep = false,
  ): Promise<T> {
    const startedAt = this.#ports.now();
    const outer = options.signal ?? new AbortController().signal;
    const timeoutMs = settings.timeoutMs ?? this.config.timeoutMs ?? TIMEOUT_MS;
    const attemptMs = settings.attemptTimeoutMs ?? this.config.timeoutMs ?? ATTEMPT_MS;
    const policy: RetryPolicy = { ...DEFAULT_RETRY, ...this.#options.retry };
    if (settings.retries !== undefined) policy.retries = settings.retries;
    const names = [undefined, ...(settings.fallback ?? [])];
    for (let index = 0; ; index++) {
      const name = names[index];
      const target = await this.resolve(name === undefined ? settings : { model: name }, kind);
      try {
        return await withRetries(
          async () => {
            const left = startedAt + timeoutMs - this.#ports.now();
            const span = Math.min(left, attemptMs);
            const deadline = new Deadline(outer, span);
            let kept = false;
            try {
              const backend = await this.#backend(target.provider);
              const result = await raceAbort(
                attempt(backend, target.model, deadline.signal, startedAt, deadline),
                deadline.signal,
              );
              kept = keep;
              return result;
            } catch (thrown) {
              throw this.#failure(
                thrown,
                deadline,
                options.signal,
                target.provider,
                target.model,
                `no answer within ${span} ms`,
              );
            } finally {
              if (!kept) deadline.dispose();
            }
          },
          policy,
          this.#ports,
          startedAt + timeoutMs,
          outer,
        );
      } catch (error) {
        const more = index + 1 < names.length && this.#ports.now() < startedAt + timeoutMs;
        if (!more || !triesNextModel(error)) throw error;
      }
    }
  }

  #failure(
    thrown: unknown,
    deadline: Deadline,
    outer: AbortSignal | undefined,
    provider: string,
    model: string,
    why: string,
  ): unknown {
    if (outer?.aborted) return abortError(outer);
    if (deadline.expired)
      return new LlmspellError("provider.timeout", `${provider} (${model}): ${why}`, {
        details: { provider, model },
        cause: thrown,
      });
    return thrown;
  }

  #respond(generation: Generation, provider: string, model: string, startedAt: number): ModelResponse {
    const { text, reasoning, toolCalls, usage, finishReason, warnings, responseId, files } = generation;
    const message: ModelMessage = {
      role: "assistant",
      content: text,
      provider,
      ...(toolCalls.length > 0 ? { toolCalls } : {}),
      ...(reasoning.some((step) => step.providerData) ? { reasoning } : {}),
    };
    return {
      text,
      message,
      toolCalls,
      usage,
      cost: costOf(usage, pricesOf(model, provider)),
      model,
      provider,
      finishReason,
      latencyMs: this.#ports.now() - startedAt,
      warnings,
      ...(reasoning.length > 0 ? { reasoning: reasoning.map((step) => step.text).join("\n") } : {}),
      ...(responseId === undefined ? {} : { responseId }),
      ...(files.length > 0 ? { files } : {}),
    };
  }

  #backend(provider: string): Promise<Backend> {
    const known = this.#backends.get(provider);
    if (known) return known;
    const created = this.#createBackend(provider);
    this.#backends.set(provider, created);
    return created;
  }

  async #createBackend(provider: string): Promise<Backend> {
    if (provider === "offline") return (await import("./offline/offline-backend.ts")).createOfflineBackend();
    const { createSdkBackend } = await import("./sdk/sdk-backend.ts");
    return createSdkBackend(provider, this.config.providers[provider] ?? {}, this.#fetch);
  }
}

function statedModel(provider: string, kind: ModelKind, config: ModelsConfig): ResolvedModel | undefined {
  const model = defaultModelOf(provider, kind, config);
  return model === undefined ? undefined : { provider, model };
}

function order(provider: string): number {
  return PROVIDERS.findIndex((each) => each.name === provider);
}
