/**
 * The models that LLMSpell knows by name, with prices, context windows and capabilities.
 *
 * Prices and context windows are those of the public data set genai-prices (https://github.com/pydantic/genai-prices, MIT
 * licence) as it stood on `PRICES_AS_OF`; of a price that it announces to change later, the later one.
 * They were NOT checked against the providers' own price pages. US dollars per million tokens, for standard (not batch,
 * not priority) use. `null` means unknown: the data set has no figure (many context windows, image, speech and
 * transcription models), or prices a name that its provider moves from model to model (`mistral-large-latest`) by an old one.
 * Capabilities are in no data set that was used: they are what a model's family is generally known to take, unchecked.
 *
 * Providers change prices without notice: what a run reports as cost is an estimate, the provider's invoice is the
 * truth. A model that is missing here works all the same, with an unknown price (`cost` is null).
 */
export const PRICES_AS_OF = "2026-08-21";

export type ModelKind = "chat" | "embedding" | "image" | "speech" | "transcription";

export const CAPABILITIES = [
  "text",
  "images",
  "audio",
  "video",
  "files",
  "tools",
  "json",
  "reasoning",
  "streaming",
  "embeddings",
  "image",
  "speech",
  "transcription",
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** US dollars per million tokens. */
export interface Prices {
  input: number;
  output: number;
  /** Input read from the provider's cache; `input` when absent. */
  cached?: number;
  /** Input written to the provider's cache; `input` when absent. */
  cacheWrite?: number;
  /** Prices of a request whose input is longer than `above` tokens. */
  long?: { above: number; input: number; output: number; cached?: number; cacheWrite?: number };
}

export interface KnownModel {
  id: string;
  provider: string;
  kind: ModelKind;
  /** Tokens of input and output together; null when unknown. */
  contextWindow: number | null;
  capabilities: readonly Capability[];
  prices: Prices | null;
  /** Names that no server knows; they stand for `id`. */
  aliases?: readonly string[];
  /** Names that servers know besides `id`, of the same price. */
  versions?: readonly string[];
}

const CHAT = ["text", "tools", "json", "streaming"] as const;
const VISION = [...CHAT, "images", "files"] as const;
const THINKS = [...VISION, "reasoning"] as const;
const THINKS_TEXT = [...CHAT, "reasoning"] as const;
const GEMINI = [...VISION, "audio", "video", "reasoning"] as const;

const price = (input: number, output: number, cached?: number, cacheWrite?: number): Prices => ({
  input,
  output,
  ...(cached === undefined ? {} : { cached }),
  ...(cacheWrite === undefined ? {} : { cacheWrite }),
});
const tiered = (base: Prices, above: number, long: Prices): Prices => ({ ...base, long: { above, ...long } });

type Row = readonly [
  id: string,
  contextWindow: number | null,
  capabilities: readonly Capability[],
  prices: Prices | null,
  aliases?: readonly string[],
  versions?: readonly string[],
];

const chat = (provider: string, rows: readonly Row[]): KnownModel[] =>
  rows.map(([id, contextWindow, capabilities, prices, aliases, versions]) => ({
    id,
    provider,
    kind: "chat",
    contextWindow,
    capabilities,
    prices,
    ...(aliases ? { aliases } : {}),
    ...(versions ? { versions } : {}),
  }));

const other = (
  provider: string,
  kind: Exclude<ModelKind, "chat">,
  ids: Record<string, number | null>,
  contextWindow: number | null = null,
): KnownModel[] =>
  Object.entries(ids).map(([id, input]) => ({
    id,
    provider,
    kind,
    contextWindow,
    capabilities: [kind === "embedding" ? "embeddings" : kind],
    prices: input === null ? null : price(input, 0),
  }));

const OPENAI = [
  ...chat("openai", [
    ["gpt-5.6-sol", 1_050_000, THINKS, tiered(price(5, 30, 0.5, 6.25), 272_000, price(10, 45, 1, 12.5)), ["gpt-5.6"]],
    ["gpt-5.6-terra", 1_050_000, THINKS, tiered(price(2, 12, 0.2, 2.5), 272_000, price(4, 18, 0.4, 5))],
    ["gpt-5.6-luna", 1_050_000, THINKS, tiered(price(0.2, 1.2, 0.02, 0.25), 272_000, price(0.4, 1.8, 0.04, 0.5))],
    ["gpt-5.5", 1_000_000, THINKS, price(5, 30, 0.5)],
    ["gpt-5.4", 1_050_000, THINKS, tiered(price(2.5, 15, 0.25), 272_000, price(5, 22.5, 0.5))],
    ["gpt-5.4-mini", 400_000, THINKS, price(0.75, 4.5, 0.075)],
    ["gpt-5.4-nano", 400_000, THINKS, price(0.2, 1.25, 0.02)],
    ["gpt-5.2", 400_000, THINKS, price(1.75, 14, 0.175)],
    ["gpt-5.1", 400_000, THINKS, price(1.25, 10, 0.125)],
    ["gpt-5", 400_000, THINKS, price(1.25, 10, 0.125)],
    ["gpt-5-pro", 400_000, THINKS, price(15, 120)],
    ["gpt-5-mini", 400_000, THINKS, price(0.25, 2, 0.025)],
    ["gpt-5-nano", 400_000, THINKS, price(0.05, 0.4, 0.005)],
    ["gpt-4.1", 1_000_000, VISION, price(2, 8, 0.5)],
    ["gpt-4.1-mini", 1_000_000, VISION, price(0.4, 1.6, 0.1)],
    ["gpt-4.1-nano", 1_000_000, VISION, price(0.1, 0.4, 0.025)],
    ["gpt-4o", 128_000, VISION, price(2.5, 10, 1.25)],
    ["gpt-4o-mini", 128_000, VISION, price(0.15, 0.6, 0.075)],
    ["gpt-4-turbo", 128_000, VISION, price(10, 30)],
    ["gpt-4", 8_192, CHAT, price(30, 60)],
    ["gpt-3.5-turbo", 16_385, CHAT, price(0.5, 1.5)],
    ["o1", 128_000, THINKS, price(15, 60, 7.5)],
    ["o3", null, THINKS, price(2, 8, 0.5)],
    ["o3-mini", null, THINKS_TEXT, price(1.1, 4.4, 0.55)],
    ["o4-mini", null, THINKS, price(1.1, 4.4, 0.275)],
  ]),
  ...other(
    "openai",
    "embedding",
    { "text-embedding-3-small": 0.02, "text-embedding-3-large": 0.13, "text-embedding-ada-002": 0.1 },
    8_192,
  ),
  ...other("openai", "image", { "gpt-image-2": null, "gpt-image-1": null, "gpt-image-1-mini": null, "dall-e-3": null }),
  ...other("openai", "speech", { "gpt-4o-mini-tts": null, "tts-1": null, "tts-1-hd": null }),
  ...other("openai", "transcription", { "gpt-4o-transcribe": null, "gpt-4o-mini-transcribe": null, "whisper-1": null }),
];

const ANTHROPIC = chat("anthropic", [
  ["claude-fable-5", 1_000_000, THINKS, price(10, 50, 1, 12.5)],
  ["claude-opus-5", 1_000_000, THINKS, price(5, 25, 0.5, 6.25), ["claude-opus"]],
  ["claude-sonnet-5", 1_000_000, THINKS, price(3, 15, 0.3, 3.75), ["claude-sonnet", "claude"]],
  ["claude-opus-4-8", 1_000_000, THINKS, price(5, 25, 0.5, 6.25)],
  ["claude-opus-4-7", 1_000_000, THINKS, price(5, 25, 0.5, 6.25)],
  ["claude-opus-4-6", 200_000, THINKS, price(5, 25, 0.5, 6.25)],
  ["claude-opus-4-5", 200_000, THINKS, price(5, 25, 0.5, 6.25)],
  ["claude-opus-4-1", 200_000, THINKS, price(15, 75, 1.5, 18.75)],
  ["claude-opus-4-0", 200_000, THINKS, price(15, 75, 1.5, 18.75), ["claude-opus-4"]],
  ["claude-sonnet-4-6", 1_000_000, THINKS, price(3, 15, 0.3, 3.75)],
  ["claude-sonnet-4-5", 1_000_000, THINKS, tiered(price(3, 15, 0.3, 3.75), 200_000, price(6, 22.5, 0.6, 7.5))],
  ["claude-sonnet-4-0", 200_000, THINKS, price(3, 15, 0.3, 3.75), ["claude-sonnet-4"]],
  ["claude-haiku-4-5", 200_000, THINKS, price(1, 5, 0.1, 1.25), ["claude-haiku"]],
  ["claude-3-7-sonnet-latest", 200_000, THINKS, price(3, 15, 0.3, 3.75), ["claude-3-7-sonnet", "claude-3.7-sonnet"]],
  ["claude-3-5-sonnet-latest", 200_000, VISION, price(3, 15, 0.3, 3.75), ["claude-3-5-sonnet", "claude-3.5-sonnet"]],
  ["claude-3-5-haiku-latest", 200_000, VISION, price(0.8, 4, 0.08, 1), ["claude-3-5-haiku", "claude-3.5-haiku"]],
  ["claude-3-opus-latest", 200_000, VISION, price(15, 75, 1.5, 18.75), ["claude-3-opus"]],
  ["claude-3-sonnet-20240229", 200_000, VISION, price(3, 15, 0.3, 3.75), ["claude-3-sonnet"]],
  ["claude-3-haiku-20240307", 200_000, VISION, price(0.25, 1.25, 0.03, 0.3), ["claude-3-haiku"]],
]);

const GOOGLE = [
  ...chat("google", [
    ["gemini-3.7-flash", 1_000_000, GEMINI, price(0.75, 3.75, 0.075)],
    ["gemini-3.6-flash", 1_000_000, GEMINI, price(0.75, 3.75, 0.075)],
    ["gemini-3.5-flash", 1_000_000, GEMINI, price(1.5, 9, 0.15)],
    ["gemini-3.5-flash-lite", 1_000_000, GEMINI, price(0.3, 2.5, 0.03)],
    ["gemini-3.1-pro-preview", null, GEMINI, tiered(price(2, 12, 0.2), 200_000, price(4, 18, 0.4)), ["gemini-3.1-pro"]],
    ["gemini-3-pro-preview", null, GEMINI, tiered(price(2, 12, 0.2), 200_000, price(4, 18, 0.4)), ["gemini-3-pro"]],
    ["gemini-3-flash-preview", 1_000_000, GEMINI, price(0.5, 3, 0.05), ["gemini-3-flash"]],
    ["gemini-2.5-pro", null, GEMINI, tiered(price(1.25, 10, 0.125), 200_000, price(2.5, 15, 0.25))],
    ["gemini-2.5-flash", null, GEMINI, price(0.3, 2.5, 0.03)],
    ["gemini-2.5-flash-lite", 1_000_000, GEMINI, price(0.1, 0.4, 0.01)],
    ["gemini-2.0-flash", 1_000_000, [...VISION, "audio", "video"], price(0.1, 0.4, 0.025)],
    ["gemini-1.5-pro", 1_000_000, [...VISION, "audio", "video"], tiered(price(1.25, 5), 128_000, price(2.5, 10))],
    [
      "gemini-1.5-flash",
      1_000_000,
      [...VISION, "audio", "video"],
      tiered(price(0.075, 0.3, 0.01875), 128_000, price(0.15, 0.6, 0.0375)),
    ],
  ]),
  ...other("google", "embedding", { "gemini-embedding-2": 0.2 }, 8_192),
  ...other("google", "embedding", { "gemini-embedding-001": 0.15 }),
  ...other("google", "image", { "gemini-2.5-flash-image": null, "imagen-4.0-generate-001": null }),
  ...other("google", "speech", { "gemini-2.5-flash-preview-tts": null }),
];

const MISTRAL = [
  ...chat("mistral", [
    ["mistral-large-latest", null, VISION, null, ["mistral-large"]],
    ["mistral-large-2512", null, VISION, price(0.5, 1.5, 0.05)],
    ["mistral-medium-latest", null, VISION, null, ["mistral-medium"]],
    ["mistral-small-latest", null, VISION, null, ["mistral-small"]],
    ["mistral-small-2603", null, VISION, price(0.15, 0.6, 0.015)],
    ["ministral-14b-2512", null, VISION, price(0.2, 0.2, 0.02)],
    ["ministral-3b-2512", null, VISION, price(0.1, 0.1, 0.01)],
    ["codestral-latest", null, CHAT, price(0.3, 0.9), ["codestral"]],
    ["codestral-2508", null, CHAT, price(0.3, 0.9, 0.03)],
    ["devstral-2512", null, CHAT, price(0.4, 2, 0.04)],
    ["magistral-medium-latest", null, THINKS, price(2, 5)],
    ["magistral-small-latest", null, THINKS, price(0.5, 1.5)],
    ["open-mistral-nemo", null, CHAT, price(0.15, 0.15), ["mistral-nemo"]],
  ]),
  ...other("mistral", "embedding", { "mistral-embed": 0.1 }),
  ...other("mistral", "transcription", { "voxtral-mini-latest": null }),
];

const GROQ = [
  ...chat("groq", [
    ["llama-3.3-70b-versatile", null, CHAT, price(0.59, 0.79)],
    ["llama-3.1-8b-instant", null, CHAT, price(0.05, 0.08)],
    ["openai/gpt-oss-120b", 131_072, THINKS_TEXT, price(0.15, 0.6, 0.075), ["gpt-oss-120b"]],
    ["openai/gpt-oss-20b", 131_072, THINKS_TEXT, price(0.075, 0.3, 0.0375), ["gpt-oss-20b"]],
    ["meta-llama/llama-4-maverick-17b-128e-instruct", 131_072, [...CHAT, "images"], price(0.2, 0.6)],
    ["meta-llama/llama-4-scout-17b-16e-instruct", null, [...CHAT, "images"], price(0.11, 0.34)],
    ["qwen/qwen3-32b", null, THINKS_TEXT, price(0.29, 0.59)],
  ]),
  ...other("groq", "transcription", { "whisper-large-v3": null, "whisper-large-v3-turbo": null }),
];

const DEEPSEEK = chat("deepseek", [
  ["deepseek-v4-flash", 1_000_000, THINKS_TEXT, price(0.14, 0.28, 0.0028)],
  ["deepseek-v4-pro", 1_000_000, THINKS_TEXT, price(0.435, 0.87, 0.003625)],
  ["deepseek-chat", 64_000, CHAT, null],
  ["deepseek-reasoner", 64_000, THINKS_TEXT, null],
]);

/** The embedded model: no cost, no network, no knowledge. */
export const OFFLINE_MODEL: KnownModel = {
  id: "offline",
  provider: "offline",
  kind: "chat",
  contextWindow: 1_000_000,
  capabilities: [...CHAT, "embeddings"],
  prices: price(0, 0),
};

export const MODEL_TABLE: readonly KnownModel[] = [
  ...OPENAI,
  ...ANTHROPIC,
  ...GOOGLE,
  ...MISTRAL,
  ...GROQ,
  ...DEEPSEEK,
  OFFLINE_MODEL,
];
