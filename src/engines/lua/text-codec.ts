import { isAscii, isUtf8 } from "node:buffer";

/**
 * Lua strings are bytes. Text is WTF-8 in them: UTF-8 in which lone surrogates have their generalised three-byte
 * form (S. Sapin, "The WTF-8 encoding").
 */

const encoder = new TextEncoder();

/** Bytes that `text` takes as WTF-8. */
export function encodedLength(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** Writes `text` as WTF-8; `target` holds `encodedLength(text)` bytes. */
export function encodeInto(text: string, target: Uint8Array): void {
  if (text.isWellFormed()) {
    encoder.encodeInto(text, target);
    return;
  }
  let at = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 0x80) {
      target[at++] = code;
    } else if (code < 0x800) {
      target[at++] = 0xc0 | (code >> 6);
      target[at++] = 0x80 | (code & 0x3f);
    } else if (code < 0x10000) {
      target[at++] = 0xe0 | (code >> 12);
      target[at++] = 0x80 | ((code >> 6) & 0x3f);
      target[at++] = 0x80 | (code & 0x3f);
    } else {
      target[at++] = 0xf0 | (code >> 18);
      target[at++] = 0x80 | ((code >> 12) & 0x3f);
      target[at++] = 0x80 | ((code >> 6) & 0x3f);
      target[at++] = 0x80 | (code & 0x3f);
    }
  }
}

/** The text of a byte range, or undefined when it is no WTF-8. */
export function decodeText(memory: Buffer, start: number, end: number): string | undefined {
  const view = memory.subarray(start, end);
  if (isAscii(view)) return memory.latin1Slice(start, end);
  if (isUtf8(view)) return memory.utf8Slice(start, end);
  return decodeSurrogates(view);
}

/** Decodes generalised UTF-8 into UTF-16 units; a pair of surrogates in three-byte form is no WTF-8. */
function decodeSurrogates(bytes: Uint8Array): string | undefined {
  const units = new Uint16Array(bytes.length);
  let count = 0;
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at]!;
    const size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (size === 0 || at + size > bytes.length) return undefined;
    let code = size === 1 ? lead : lead & (0x7f >> size);
    for (let i = 1; i < size; i++) {
      const byte = bytes[at + i]!;
      if ((byte & 0xc0) !== 0x80) return undefined;
      code = (code << 6) | (byte & 0x3f);
    }
    if ((size === 3 && code < 0x800) || (size === 4 && (code < 0x10000 || code > 0x10ffff))) return undefined;
    if (size === 4) {
      units[count++] = 0xd7c0 + (code >> 10);
      units[count++] = 0xdc00 | (code & 0x3ff);
    } else {
      const follows = (code & 0xfc00) === 0xdc00 && count > 0 && (units[count - 1]! & 0xfc00) === 0xd800;
      if (follows) return undefined;
      units[count++] = code;
    }
    at += size;
  }
  return Buffer.from(units.buffer, 0, count * 2).toString("utf16le");
}

const CACHE_SIZE = 1024;

/** Short texts by Lua's own hash of them, so that keys and enumerations are not built anew for each call. */
export class TextCache {
  readonly #texts: (string | undefined)[] = Array.from({ length: CACHE_SIZE }, () => undefined);

  /** The ASCII text of a byte range of at most 40 bytes, or undefined when it is not ASCII. */
  read(bytes: Uint8Array, start: number, length: number, hash: number): string | undefined {
    const index = hash & (CACHE_SIZE - 1);
    const cached = this.#texts[index];
    if (cached !== undefined && cached.length === length && matches(cached, bytes, start)) return cached;
    let text = "";
    for (let at = start; at < start + length; at++) {
      const byte = bytes[at]!;
      if (byte >= 0x80) return undefined;
      text += String.fromCharCode(byte);
    }
    this.#texts[index] = text;
    return text;
  }
}

function matches(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) !== bytes[start + i]) return false;
  }
  return true;
}
