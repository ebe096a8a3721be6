import type { MediaPart } from "../types.ts";

const BY_EXTENSION: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
  pdf: "application/pdf",
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  html: "text/html",
  json: "application/json",
  xml: "application/xml",
  mp3: "audio/mpeg",
  wav: "audio/wav",
  ogg: "audio/ogg",
  flac: "audio/flac",
  m4a: "audio/mp4",
  mp4: "video/mp4",
  webm: "video/webm",
  mov: "video/quicktime",
  mpeg: "video/mpeg",
};

const BY_MAGIC: readonly (readonly [hex: string, offset: number, type: string])[] = [
  ["89504e47", 0, "image/png"],
  ["ffd8ff", 0, "image/jpeg"],
  ["47494638", 0, "image/gif"],
  ["57454250", 8, "image/webp"],
  ["57415645", 8, "audio/wav"],
  ["25504446", 0, "application/pdf"],
  ["494433", 0, "audio/mpeg"],
  ["fffb", 0, "audio/mpeg"],
  ["4f676753", 0, "audio/ogg"],
  ["664c6143", 0, "audio/flac"],
  ["66747970", 4, "video/mp4"],
  ["1a45dfa3", 0, "video/webm"],
];

/** The IANA type of a part: as given, else from its bytes, its name or address, else its kind alone (`image`, `audio`). */
export function mediaTypeOf(part: MediaPart): string {
  if (part.mediaType) return part.mediaType;
  const sniffed = part.data === undefined ? undefined : sniffMediaType(part.data);
  if (sniffed) return sniffed;
  const path = part.name ?? part.url?.split(/[?#]/, 1)[0] ?? "";
  const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  const named = Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
  return named ?? (part.type === "file" ? "application/octet-stream" : part.type);
}

/** A media type by the first bytes, or undefined. */
export function sniffMediaType(data: Uint8Array | string): string | undefined {
  const head =
    typeof data === "string"
      ? Buffer.from(data.slice(0, 32), "base64")
      : Buffer.from(data.buffer, data.byteOffset, Math.min(16, data.byteLength));
  const hex = head.toString("hex");
  return BY_MAGIC.find(([magic, offset]) => hex.startsWith(magic, offset * 2))?.[2];
}
