import {
  createHash,
  createHmac,
  getRandomValues,
  randomBytes,
  randomInt,
  randomUUID,
  timingSafeEqual,
} from "node:crypto";
import { z } from "zod";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { bytesOrText } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { pure } from "./pure-method.ts";

const ALGORITHMS = [
  "sha256",
  "sha384",
  "sha512",
  "sha512-256",
  "sha3-256",
  "sha3-512",
  "blake2b512",
  "sha1",
  "md5",
] as const;
const algorithm = z
  .enum(ALGORITHMS)
  .optional()
  .describe('Default "sha256". sha1 and md5 are for checksums, not for security.');
const encoding = z.enum(["hex", "base64", "base64url", "bytes"]).optional().describe('Default "hex".');
const digestOptions = z.strictObject({ algorithm, encoding }).optional();

/** Hashes and randomness. What is random is journaled, so that a replay draws the same. */
export const cryptoBridge = defineBridge({
  name: "crypto",
  summary: "Hashes, message authentication and secure randomness.",
  constants: { algorithms: [...ALGORITHMS] },
  methods: {
    hash: pure({
      summary: "Digest of bytes, or of a string's UTF-8 bytes.",
      input: { data: bytesOrText, options: digestOptions },
      output: bytesOrText,
      run: ({ data, options }) =>
        encode(
          createHash(options?.algorithm ?? "sha256")
            .update(data)
            .digest(),
          options?.encoding,
        ),
    }),
    hmac: pure({
      summary: "Keyed digest (HMAC, RFC 2104) of bytes or a string.",
      input: { data: bytesOrText, key: bytesOrText, options: digestOptions },
      output: bytesOrText,
      run: ({ data, key, options }) =>
        encode(
          createHmac(options?.algorithm ?? "sha256", key)
            .update(data)
            .digest(),
          options?.encoding,
        ),
    }),
    timingSafeEqual: pure({
      summary: "Whether two secrets are the same bytes, in a time that does not tell where they differ.",
      input: { a: bytesOrText, b: bytesOrText },
      output: z.boolean(),
      run: ({ a, b }) => {
        const digest = (value: string | Uint8Array) => createHash("sha256").update(value).digest();
        return timingSafeEqual(digest(a), digest(b));
      },
    }),
    uuid: method({
      summary: "A random UUID: version 4, or 7, which sorts by time.",
      input: { options: z.strictObject({ version: z.union([z.literal(4), z.literal(7)]).optional() }).optional() },
      output: z.string(),
      effect: "read",
      sync: true,
      run: ({ options }, ctx) => (options?.version === 7 ? uuidV7(ctx.now()) : randomUUID()),
    }),
    randomBytes: method({
      summary: "Secure random bytes, at most 65,536.",
      input: { size: z.int().min(0).max(65_536) },
      output: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
      effect: "read",
      sync: true,
      run: ({ size }) => getRandomValues(new Uint8Array(size)),
    }),
    randomInt: method({
      summary: "A secure random integer from `min` to `max`, both included; fewer than 2^48 apart.",
      input: { min: z.int(), max: z.int() },
      output: z.int(),
      effect: "read",
      sync: true,
      run: ({ min, max }) => {
        if (max < min || max - min >= 2 ** 48 - 1) {
          throw new LlmspellError(
            "input.invalid",
            `crypto.randomInt: there is no range from ${min} to ${max} of fewer than 2^48 integers`,
          );
        }
        return min + randomInt(max - min + 1);
      },
    }),
    randomText: method({
      summary:
        "A secure random text of `length` characters of an alphabet (default: letters and digits), e.g. for a token.",
      input: { length: z.int().min(1).max(65_536), alphabet: z.string().min(2).max(256).optional() },
      output: z.string(),
      effect: "read",
      sync: true,
      run: ({ length, alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" }) => {
        const characters = Array.from(alphabet);
        return Array.from({ length }, () => characters[randomInt(characters.length)]).join("");
      },
    }),
  },
});

function encode(digest: Buffer, wanted: z.output<typeof encoding> = "hex"): string | Uint8Array {
  return wanted === "bytes" ? new Uint8Array(digest) : digest.toString(wanted);
}

/** RFC 9562, section 5.7: 48 bits of milliseconds, the rest random. */
function uuidV7(now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
