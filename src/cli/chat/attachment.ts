import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { LlmspellError } from "../../errors.ts";
import { sniffMediaType } from "../../models/sdk/media-type.ts";
import type { ContentPart } from "../../models/types.ts";

/** A file that goes to the model with a message. */
export interface Attachment {
  name: string;
  part: ContentPart;
}

const MOST_TEXT_BYTES = 1024 * 1024;
const MOST_MEDIA_BYTES = 10 * 1024 * 1024;
const IMAGES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** Reads a text, an image or a PDF, told apart by its bytes. Throws `usage.invalid`. */
export function readAttachment(given: string): Attachment {
  const file = given.startsWith("~/") ? path.join(homedir(), given.slice(2)) : given;
  const name = path.basename(file);
  const bytes = readBytes(file);
  const mediaType = sniffMediaType(bytes);
  if (mediaType !== undefined && IMAGES.has(mediaType))
    return { name, part: { type: "image", data: bytes.toString("base64"), mediaType, name } };
  if (mediaType === "application/pdf")
    return { name, part: { type: "file", data: bytes.toString("base64"), mediaType, name } };
  const text = textOf(bytes);
  if (text === undefined) throw unfit(file, "is neither text nor a PNG, JPEG, GIF or WebP image nor a PDF");
  if (bytes.length > MOST_TEXT_BYTES) throw tooLarge(file, bytes.length, MOST_TEXT_BYTES);
  return { name, part: { type: "text", text: `File ${name}:\n\n${text}` } };
}

function readBytes(file: string): Buffer {
  try {
    return readRegularFile(file);
  } catch (error) {
    if (LlmspellError.is(error)) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw unfit(
      file,
      code === "ENOENT" ? "does not exist" : code === "EISDIR" ? "is a folder" : `cannot be read: ${message}`,
    );
  }
}

/** No more than what may be sent, whatever the file says of its size; a pipe or a device, which may never end, is none. */
function readRegularFile(file: string): Buffer {
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) throw unfit(file, "is a folder");
    if (!stat.isFile()) throw unfit(file, "is no file but a pipe or a device");
    const bytes = Buffer.alloc(Math.min(stat.size, MOST_MEDIA_BYTES) + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (length > MOST_MEDIA_BYTES || stat.size > MOST_MEDIA_BYTES)
      throw tooLarge(file, Math.max(stat.size, length), MOST_MEDIA_BYTES);
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** Undefined where it is no UTF-8 text. */
function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function unfit(file: string, why: string): LlmspellError {
  return new LlmspellError("usage.invalid", `${file} ${why}, and cannot be attached`, { details: { file } });
}

function tooLarge(file: string, size: number, most: number): LlmspellError {
  const megabytes = (bytes: number) => `${(Math.ceil((bytes * 10) / 1024 ** 2) / 10).toFixed(1)} MB`;
  return unfit(file, `has ${megabytes(size)}, more than ${megabytes(most)}`);
}
