import { createHash, createHmac } from "node:crypto";
import { z } from "zod";
import { defineTool } from "../tool.ts";

export const textHash = defineTool({
  name: "text_hash",
  category: "text",
  description:
    "Computes the hash of a text (its UTF-8 bytes), or with a key its HMAC. Use it to compare or name contents, never for passwords.",
  tags: ["hash", "checksum", "hmac", "sha256"],
  parameters: z.object({
    text: z.string().describe("What is hashed."),
    algorithm: z.enum(["sha256", "sha512", "sha1", "md5"]).default("sha256").describe("The hash function."),
    key: z.string().optional().describe("Makes it an HMAC with this key."),
  }),
  returns: z.object({ hash: z.string().describe("Lower-case hexadecimal."), algorithm: z.string() }),
  effect: "pure",
  permissions: [],
  examples: [
    { description: "SHA-256 of a text", args: { text: "hello" } },
    { description: "HMAC", args: { text: "hello", key: "secret", algorithm: "sha512" } },
  ],
  execute({ text, algorithm, key }) {
    const state = key === undefined ? createHash(algorithm) : createHmac(algorithm, key);
    return { hash: state.update(text, "utf8").digest("hex"), algorithm };
  },
});
