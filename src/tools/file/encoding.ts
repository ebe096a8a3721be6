import { z } from "zod";
import { LlmspellError } from "../../errors.ts";

export const textEncoding = z.enum([
  "utf-8",
  "utf-16le",
  "utf-16be",
  "latin1",
  "windows-1250",
  "windows-1251",
  "windows-1252",
  "iso-8859-2",
  "iso-8859-15",
  "koi8-r",
  "shift_jis",
  "euc-jp",
  "euc-kr",
  "gbk",
  "gb18030",
  "big5",
]);

type TextEncoding = z.output<typeof textEncoding>;

/** Text of bytes, without a byte order mark. Throws `tool.bad_file` where they are no such text. */
export function decodeText(bytes: Uint8Array, encoding: TextEncoding, path: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const looksBinary = bytes.subarray(0, 8000).includes(0) && !isUtf16;
    throw new LlmspellError("tool.bad_file", `"${path}" is not valid ${encoding} text`, {
      cause,
      details: { path, encoding },
      hint: isUtf16
        ? `It looks like UTF-16: pass encoding "${bytes[0] === 0xff ? "utf-16le" : "utf-16be"}".`
        : looksBinary
          ? 'It looks like no text: read it with encoding "base64", or with the tool for its format.'
          : 'Pass its encoding, e.g. "windows-1252" or "latin1".',
    });
  }
}

/** Bytes of a text that is to be written. Throws `input.invalid` for what the encoding cannot write. */
export function encodeText(text: string, encoding: "utf-8" | "utf-16le" | "latin1" | "base64"): Uint8Array {
  if (encoding === "utf-8" && !text.isWellFormed()) {
    throw new LlmspellError("input.invalid", "the content holds half a surrogate pair, which UTF-8 cannot write");
  }
  // oxlint-disable-next-line no-control-regex
  if (encoding === "latin1" && /[^\u0000-\u00ff]/.test(text)) {
    throw new LlmspellError("input.invalid", "the content holds characters that latin1 cannot write", {
      hint: "Write it as utf-8.",
    });
  }
  if (encoding === "base64" && !/^[\w+/-]*={0,2}$/.test(text.replace(/\s+/g, ""))) {
    throw new LlmspellError("input.invalid", "the content is not valid base64");
  }
  return Buffer.from(text, encoding);
}
