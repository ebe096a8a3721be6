import type { Backend } from "../backend.ts";
import type { CallSettings } from "../types.ts";
import type { SdkProvider } from "./load-provider.ts";
import { sniffMediaType } from "./media-type.ts";
import { unsupported } from "./unsupported.ts";

type Options = Record<string, never>;

/** Image, speech and transcription of a provider, each refused with `provider.unsupported` where its package has none. */
export function createMediaCalls(
  provider: SdkProvider,
  name: string,
  call: <T>(model: string, run: () => PromiseLike<T>) => Promise<T>,
): Pick<Backend, "image" | "speech" | "transcribe"> {
  return {
    image: (model, request, signal) =>
      call(model, async () => {
        const sdkModel = provider.image?.(model);
        if (!sdkModel) throw unsupported(name, "image model");
        const result = await sdkModel.doGenerate({
          prompt: request.prompt,
          n: request.count ?? 1,
          size: request.size as `${number}x${number}` | undefined,
          aspectRatio: request.aspectRatio as `${number}:${number}` | undefined,
          seed: request.seed,
          files: undefined,
          mask: undefined,
          providerOptions: optionsOf(request),
          abortSignal: signal,
        });
        return [...result.images].map((image) => {
          const data = bytesOf(image);
          return { data, mediaType: sniffMediaType(data) ?? "image/png" };
        });
      }),
    speech: (model, request, signal) =>
      call(model, async () => {
        const sdkModel = provider.speech?.(model);
        if (!sdkModel) throw unsupported(name, "speech model");
        const result = await sdkModel.doGenerate({
          text: request.text,
          providerOptions: optionsOf(request),
          abortSignal: signal,
          ...(request.voice === undefined ? {} : { voice: request.voice }),
          ...(request.format === undefined ? {} : { outputFormat: request.format }),
          ...(request.instructions === undefined ? {} : { instructions: request.instructions }),
          ...(request.speed === undefined ? {} : { speed: request.speed }),
          ...(request.language === undefined ? {} : { language: request.language }),
        });
        const audio = bytesOf(result.audio);
        return {
          audio,
          mediaType:
            sniffMediaType(audio) ??
            `audio/${request.format === undefined || request.format === "mp3" ? "mpeg" : request.format}`,
        };
      }),
    transcribe: (model, request, signal) =>
      call(model, async () => {
        const sdkModel = provider.transcription?.(model);
        if (!sdkModel) throw unsupported(name, "transcription model");
        const result = await sdkModel.doGenerate({
          audio: request.audio,
          mediaType: request.mediaType ?? sniffMediaType(request.audio) ?? "audio/wav",
          providerOptions: optionsOf(request),
          abortSignal: signal,
        });
        return {
          text: result.text,
          segments: result.segments.map(({ text, startSecond, endSecond }) => ({
            text,
            start: startSecond,
            stop: endSecond,
          })),
          ...(result.language === undefined ? {} : { language: result.language }),
          ...(result.durationInSeconds === undefined ? {} : { duration: result.durationInSeconds }),
        };
      }),
  };
}

function optionsOf(request: CallSettings): Record<string, Options> {
  return (request.providerOptions ?? {}) as Record<string, Options>;
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === "string" ? Buffer.from(data, "base64") : data;
}
