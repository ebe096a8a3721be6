import { createHash, createHmac, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import { decodeText } from "./decode-text.ts";
import { requestFields, toHeaders, webUrl } from "./request-fields.ts";
import { type WebAnswer, isRetryable, retryAfterMs, send, statusError } from "./send.ts";

const MAX_WAIT_MS = 30_000;
const SECRET = "LLMSPELL_WEBHOOK_SECRET";

export const webhookSend = defineTool({
  name: "webhook_send",
  category: "web",
  description:
    "Sends data as JSON to a webhook, signed where a secret is set, and tries again after failures that may pass. Fails when the receiver does not accept it.",
  tags: ["webhook", "notify", "hmac", "http"],
  parameters: z.object({
    url: webUrl,
    payload: z.unknown().describe("What is sent, as JSON."),
    event: z.string().max(200).optional().describe("Sent as the header x-event."),
    signature: z
      .enum(["sha256", "standard", "none"])
      .optional()
      .describe(
        "sha256: x-signature-256 as GitHub signs; standard: webhook-signature as standardwebhooks.com says. Default: sha256 where there is a secret.",
      ),
    secret: z
      .string()
      .min(1)
      .optional()
      .describe(`Default: the variable ${SECRET} of the environment, which no script sees.`),
    retries: z
      .int()
      .min(0)
      .max(10)
      .default(3)
      .describe("After connection errors and the statuses 408, 425, 429 and 5xx."),
    retry_delay_ms: z
      .int()
      .min(0)
      .max(60_000)
      .default(500)
      .describe("Before the first retry, doubled with each; a server's retry-after goes before."),
    headers: requestFields.headers,
    auth: requestFields.auth,
    timeout_ms: requestFields.timeout_ms.describe("For each attempt. Default 30,000."),
  }),
  returns: z.object({
    id: z.string().describe("Sent as webhook-id, the same in every attempt."),
    status: z.int(),
    attempts: z.int(),
    signed: z.boolean(),
    body: z.string().describe("What the receiver answered."),
  }),
  effect: "write",
  permissions: ["net"],
  requiresConfirmation: true,
  env: [SECRET],
  timeoutMs: 600_000,
  examples: [
    {
      description: "Tell that something is done",
      args: { url: "https://hooks.example.com/T1", payload: { text: "Report ready" } },
    },
    {
      description: "Signed",
      args: { url: "https://hooks.example.com/in", payload: { id: 7 }, event: "report.ready", signature: "standard" },
    },
  ],
  async execute(args, host) {
    const { url, payload, event, retries, retry_delay_ms: delay, timeout_ms: timeoutMs } = args;
    const body = JSON.stringify(payload);
    if (body === undefined) throw new LlmspellError("input.invalid", "there is no payload");
    const secret = args.secret ?? host.env(SECRET);
    const kind = args.signature ?? (secret === undefined ? "none" : "sha256");
    if (kind !== "none" && secret === undefined) {
      throw new LlmspellError("tool.not_set_up", "there is no secret to sign with", {
        hint: `Set ${SECRET}, or pass secret.`,
      });
    }
    const id = idOf(url, body, host.now());
    for (let attempt = 1; ; attempt++) {
      const headers = {
        "content-type": "application/json",
        "webhook-id": id,
        ...(event === undefined ? {} : { "x-event": event }),
        ...toHeaders(args),
        ...(kind === "none" ? {} : signatureOf(kind, secret as string, id, body, host.now())),
      };
      const outcome = await send(host, url, {
        method: "POST",
        headers,
        body,
        timeoutMs,
        maxRedirects: 0,
        maxBytes: 1_000_000,
      }).catch((error: unknown) => {
        if (LlmspellError.is(error) && error.retryable && attempt <= retries) return error;
        throw error;
      });
      if (!LlmspellError.is(outcome)) {
        if (outcome.status >= 200 && outcome.status <= 299) {
          const text = decodeText(outcome.body, outcome.headers.get("content-type"));
          return { id, status: outcome.status, attempts: attempt, signed: kind !== "none", body: text };
        }
        if (!isRetryable(outcome.status) || attempt > retries) throw notAccepted(outcome, attempt);
      }
      const asked = LlmspellError.is(outcome)
        ? undefined
        : retryAfterMs(outcome.headers.get("retry-after"), host.now());
      const wait = Math.min(asked ?? delay * 2 ** (attempt - 1), MAX_WAIT_MS);
      host.log("debug", `webhook_send: attempt ${attempt} failed, again in ${wait} ms`);
      await sleep(wait, undefined, { signal: host.signal });
    }
  },
});

function notAccepted(answer: WebAnswer, attempts: number): LlmspellError {
  const times = attempts === 1 ? "" : `, after ${attempts} attempts`;
  const hint =
    answer.status >= 300 && answer.status <= 399
      ? "Redirects are not followed: send it to where they lead."
      : undefined;
  return statusError(
    answer,
    `${new URL(answer.url).host} did not accept the webhook: status ${answer.status}${times}`,
    hint,
  );
}

/** Receivers know by it what they got twice. */
function idOf(url: string, body: string, now: number): string {
  const digest = createHash("sha256").update(`${url}\n${now}\n${randomUUID()}\n${body}`).digest("base64url");
  return `msg_${digest.slice(0, 24)}`;
}

function signatureOf(
  kind: "sha256" | "standard",
  secret: string,
  id: string,
  body: string,
  now: number,
): Record<string, string> {
  if (kind === "sha256")
    return { "x-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` };
  const seconds = String(Math.floor(now / 1000));
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret);
  const digest = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
  return { "webhook-timestamp": seconds, "webhook-signature": `v1,${digest}` };
}
