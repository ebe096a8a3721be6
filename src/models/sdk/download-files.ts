import type { LanguageModelV4, LanguageModelV4FilePart, LanguageModelV4Prompt } from "@ai-sdk/provider";
import { LlmspellError } from "../../errors.ts";
import type { Download } from "../backend.ts";
import { sniffMediaType } from "./media-type.ts";

const MAX_BYTES = 20 * 1024 * 1024;

/** Replaces the addresses that a model's server does not fetch itself by the bytes behind them. */
export async function downloadFiles(
  prompt: LanguageModelV4Prompt,
  model: LanguageModelV4,
  fetchFile: Download | undefined,
  signal: AbortSignal,
): Promise<void> {
  const parts = prompt.flatMap((message) =>
    message.role === "user"
      ? message.content.filter(
          (part): part is LanguageModelV4FilePart => part.type === "file" && part.data.type === "url",
        )
      : [],
  );
  if (parts.length === 0) return;
  const supported = Object.entries(await model.supportedUrls);
  await Promise.all(
    parts.map(async (part) => {
      if (part.data.type !== "url") return;
      const { href } = part.data.url;
      const passes = supported.some(
        ([type, patterns]) => matchesType(part.mediaType, type) && patterns.some((pattern) => pattern.test(href)),
      );
      if (passes) return;
      const data = await download(href, fetchFile, signal);
      part.data = { type: "data", data };
      part.mediaType = sniffMediaType(data) ?? part.mediaType;
    }),
  );
}

function matchesType(type: string, pattern: string): boolean {
  if (pattern === "*" || pattern === "*/*" || pattern === type) return true;
  return pattern.endsWith("/*") && (type === pattern.slice(0, -2) || type.startsWith(pattern.slice(0, -1)));
}

async function download(url: string, fetchFile: Download | undefined, signal: AbortSignal): Promise<Uint8Array> {
  if (!fetchFile) {
    throw new LlmspellError("provider.unsupported", `this model does not take files by address: ${url}`, {
      hint: "Give the file's bytes as data.",
    });
  }
  const response = await fetchFile(url, signal);
  if (!response.ok || !response.body) {
    throw new LlmspellError("provider.bad_request", `cannot fetch the file at ${url}: ${response.status}`, {
      details: { url, status: response.status },
    });
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) {
      throw new LlmspellError(
        "provider.bad_request",
        `the file at ${url} is larger than ${MAX_BYTES / 1024 / 1024} MB`,
        { details: { url } },
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
