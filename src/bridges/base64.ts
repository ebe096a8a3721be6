import { isUtf8 } from "node:buffer";
import { z } from "zod";
import { defineBridge } from "../bridge/define-bridge.ts";
import { bytesOrText } from "../bridge/schemas.ts";
import { parseError, pure } from "./pure-method.ts";

/** What decoded data is answered as: text where it is valid UTF-8, always text, or always bytes. */
export const asOption = z
  .enum(["auto", "text", "bytes"])
  .optional()
  .describe('Default "auto": text when the data is valid UTF-8, else bytes.');

/** Base64, plain and URL-safe. */
export const base64Bridge = defineBridge({
  name: "base64",
  summary: "Base64 text (RFC 4648).",
  methods: {
    encode: pure({
      summary: "Writes bytes, or a string's UTF-8 bytes, as Base64.",
      input: {
        data: bytesOrText,
        options: z
          .strictObject({
            urlSafe: z.boolean().optional().describe("`-` and `_` instead of `+` and `/`, without padding."),
            padding: z
              .boolean()
              .optional()
              .describe("Whether `=` fills the end. Default: true, for URL-safe text false."),
          })
          .optional(),
      },
      output: z.string(),
      run: ({ data, options }) => {
        const text = Buffer.from(data as string).toString(options?.urlSafe ? "base64url" : "base64");
        const padding = options?.padding ?? !options?.urlSafe;
        const bare = text.replace(/={1,2}$/, "");
        return padding ? bare.padEnd(Math.ceil(bare.length / 4) * 4, "=") : bare;
      },
    }),
    decode: pure({
      summary:
        "Reads Base64, plain or URL-safe, with or without padding; white space is skipped. Fails with `parse.invalid`.",
      input: { text: z.string(), options: z.strictObject({ as: asOption }).optional() },
      output: bytesOrText,
      run: ({ text, options }) => {
        const method = "base64.decode";
        const digits = /\s/.test(text) ? text.replaceAll(/\s/g, "") : text;
        const bare = digits.replace(/={1,2}$/, "");
        const wrong = /[^A-Za-z0-9+/_-]/.exec(bare);
        if (wrong) throw parseError(method, `"${wrong[0]}" is no Base64 digit`);
        if (bare.length % 4 === 1 || (digits !== bare && digits.length % 4 !== 0))
          throw parseError(method, "the text is cut off");
        return answerData(method, Buffer.from(bare, "base64"), options?.as);
      },
    }),
  },
});

/** Decoded data in the form that was asked for. Throws `parse.invalid` for text that is no UTF-8. */
export function answerData(method: string, data: Buffer, as: z.output<typeof asOption> = "auto"): string | Uint8Array {
  if (as === "bytes") return new Uint8Array(data);
  if (isUtf8(data)) return data.toString("utf8");
  if (as === "text") throw parseError(method, "the data is no UTF-8 text");
  return new Uint8Array(data);
}
