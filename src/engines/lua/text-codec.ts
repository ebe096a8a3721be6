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

/** Lone surrogates stand between stretches of UTF-8; a pair of them in this form is no WTF-8. */
function decodeSurrogates(bytes: Buffer): string | undefined {
  let text = "";
  let from = 0;
  let lastHighEnd = -1;
  for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1)) {
    const second = bytes[at + 1] ?? 0;
    const third = bytes[at + 2] ?? 0;
    if (second < 0xa0 || second > 0xbf || third < 0x80 || third > 0xbf) continue;
    const stretch = bytes.subarray(from, at);
    if (!isUtf8(stretch)) return undefined;
    const unit = 0xd000 | ((second & 0x3f) << 6) | (third & 0x3f);
    if (unit >= 0xdc00 && lastHighEnd === at) return undefined;
    text += stretch.toString("utf8") + String.fromCharCode(unit);
    from = at + 3;
    lastHighEnd = unit < 0xdc00 ? from : -1;
  }
  const rest = bytes.subarray(from);
  return from > 0 && isUtf8(rest) ? text + rest.toString("utf8") : undefined;
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
