import { z } from "zod";
import { defineBridge } from "../bridge/define-bridge.ts";
import { bytesOrText } from "../bridge/schemas.ts";
import { answerData, asOption } from "./base64.ts";
import { parseError, pure } from "./pure-method.ts";

/** Hexadecimal digits. */
export const hexBridge = defineBridge({
  name: "hex",
  summary: "Hexadecimal text.",
  methods: {
    encode: pure({
      summary: "Writes bytes, or a string's UTF-8 bytes, as hexadecimal digits, two a byte.",
      input: { data: bytesOrText, options: z.strictObject({ upper: z.boolean().optional() }).optional() },
      output: z.string(),
      run: ({ data, options }) => {
        const text = Buffer.from(data as string).toString("hex");
        return options?.upper ? text.toUpperCase() : text;
      },
    }),
    decode: pure({
      summary:
        "Reads hexadecimal digits of either case; white space and a leading `0x` are skipped. Fails with `parse.invalid`.",
      input: { text: z.string(), options: z.strictObject({ as: asOption }).optional() },
      output: bytesOrText,
      run: ({ text, options }) => {
        const method = "hex.decode";
        const digits = text.replaceAll(/\s/g, "").replace(/^0[xX]/, "");
        const wrong = /[^0-9a-fA-F]/.exec(digits);
        if (wrong) throw parseError(method, `"${wrong[0]}" is no hexadecimal digit`);
        if (digits.length % 2 === 1) throw parseError(method, "the number of digits is odd");
        return answerData(method, Buffer.from(digits, "hex"), options?.as);
      },
    }),
  },
});
