import type { Socket } from "node:net";
import type { Transporter } from "nodemailer";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import type { ToolHost } from "../tool-host.ts";
import { defineTool } from "../tool.ts";

const MAX_RECIPIENTS = 100;
const MAX_MESSAGE_BYTES = 25 * 1024 * 1024;
const ENVIRONMENT = ["SMTP_HOST", "SMTP_PORT", "SMTP_TLS", "SMTP_USER", "SMTP_PASSWORD", "SMTP_FROM"] as const;

/** One line: what follows a line break would be a header of its own. */
const line = z.string().regex(/^[^\r\n\0]*$/, "must be one line");
const recipients = z.union([line, z.array(line).max(MAX_RECIPIENTS)]);

export const mailSend = defineTool({
  name: "mail_send",
  category: "mail",
  description:
    "Sends an e-mail by SMTP: text, HTML or both, with files of the workspace attached. The server comes from the environment (SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASSWORD, SMTP_FROM) or the arguments.",
  tags: ["mail", "email", "smtp", "notify"],
  parameters: z.object({
    to: recipients.describe('"ada@example.com" or "Ada <ada@example.com>"; several as a list.'),
    subject: line.max(1000).describe("One line."),
    text: z.string().optional().describe("Body as plain text."),
    html: z.string().optional().describe("Body as HTML; with text too, the reader's program chooses."),
    from: line.optional().describe("Default: SMTP_FROM."),
    cc: recipients.optional().describe("Who gets a copy."),
    bcc: recipients.optional().describe("Who gets a copy that the others do not see."),
    reply_to: line.optional().describe("Where answers go. Default: the sender."),
    attachments: z
      .array(
        z.strictObject({
          path: z.string().describe("File in the workspace."),
          name: line.optional().describe("Default: the file's own."),
          type: line.optional().describe("Media type. Default: by the name."),
        }),
      )
      .max(50)
      .optional()
      .describe("Files of the workspace."),
    host: z.string().optional().describe("Mail server. Default: SMTP_HOST."),
    port: z.int().min(1).max(65_535).optional().describe("Default: 465 where tls is implicit, else 587."),
    tls: z
      .enum(["implicit", "starttls", "optional", "none"])
      .optional()
      .describe("Default: implicit for port 465, else starttls, without which nothing is sent."),
    user: z.string().optional().describe("Log-in. Those of the environment go to SMTP_HOST alone."),
    password: z.string().optional().describe("Of the user. It stands in the journal: rather set SMTP_PASSWORD."),
    timeout_ms: z.int().min(1).max(300_000).default(30_000).describe("Longest silence of the server."),
  }),
  returns: z.object({
    message_id: z.string(),
    accepted: z.array(z.string()),
    rejected: z
      .array(z.string())
      .describe("Recipients that the server refused, though it took the message for others."),
    response: z.string().describe("What the server said."),
  }),
  effect: "write",
  permissions: ["net", "fs.read"],
  requiresConfirmation: true,
  env: ENVIRONMENT,
  timeoutMs: 330_000,
  examples: [
    { description: "A short mail", args: { to: "ada@example.com", subject: "Report", text: "It is ready." } },
    {
      description: "With a file",
      args: {
        to: ["ada@example.com"],
        subject: "Report",
        html: "<p>See the file.</p>",
        attachments: [{ path: "report.pdf" }],
      },
    },
  ],
  async execute(args, host) {
    const server = serverOf(args, host);
    const from = args.from ?? host.env("SMTP_FROM") ?? (server.auth?.user.includes("@") ? server.auth.user : undefined);
    if (from === undefined) throw notSetUp("there is no sender", "Pass from, or set SMTP_FROM in the environment.");
    if (args.text === undefined && args.html === undefined)
      throw new LlmspellError("input.invalid", "a mail has text or html");
    const { to, cc, bcc, reply_to: replyTo, subject, text, html } = args;
    const everybody = [to, cc ?? [], bcc ?? []].flat().filter((each) => each.trim() !== "");
    if (everybody.length === 0) throw new LlmspellError("input.invalid", "there is nobody to send it to");
    if (everybody.length > MAX_RECIPIENTS)
      throw new LlmspellError("input.invalid", `a mail may have ${MAX_RECIPIENTS} recipients`);
    const attachments = (args.attachments ?? []).map(({ path, name, type }) => ({
      filename: name ?? path.split("/").at(-1) ?? path,
      content: Buffer.from(host.files.readBytes(path)),
      ...(type === undefined ? {} : { contentType: type }),
    }));
    const size = attachments.reduce((sum, { content }) => sum + content.length, 0);
    if (size > MAX_MESSAGE_BYTES)
      throw new LlmspellError("value.too_large", `the attachments have more than ${MAX_MESSAGE_BYTES} bytes`);
    const given = { cc, bcc, replyTo, text, html };
    const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return deliver(host, server, { from, to, subject, attachments, date: new Date(host.now()), ...present });
  },
});

interface Server {
  host: string;
  port: number;
  tls: "implicit" | "starttls" | "optional" | "none";
  auth?: { user: string; pass: string };
  timeoutMs: number;
}

interface Given {
  host?: string | undefined;
  port?: number | undefined;
  tls?: Server["tls"] | undefined;
  user?: string | undefined;
  password?: string | undefined;
  timeout_ms: number;
}

/** A server that the caller names gets no password of the environment. */
function serverOf(given: Given, host: ToolHost): Server {
  const own = host.env("SMTP_HOST");
  const name = given.host ?? own;
  if (name === undefined || name === "")
    throw notSetUp("there is no mail server", "Set SMTP_HOST in the environment, or pass host.");
  const configured = given.host === undefined || given.host === own;
  const fromEnvironment = (variable: (typeof ENVIRONMENT)[number]) => (configured ? host.env(variable) : undefined);
  const port = given.port ?? portOf(fromEnvironment("SMTP_PORT"));
  const ownTls = tlsOf(fromEnvironment("SMTP_TLS"));
  const tls = given.tls ?? ownTls ?? (port === 465 ? "implicit" : "starttls");
  const user = given.user ?? fromEnvironment("SMTP_USER");
  const pass = given.password ?? (given.user === undefined ? fromEnvironment("SMTP_PASSWORD") : undefined);
  if (user !== undefined && pass === undefined)
    throw notSetUp("there is no password", "Set SMTP_PASSWORD in the environment.");
  const isOpen = tls === "none" || tls === "optional";
  if (pass !== undefined && given.password === undefined && isOpen && tls !== ownTls)
    throw new LlmspellError("input.invalid", `the password of the environment is not sent with tls: "${tls}"`, {
      hint: `Leave tls out, or set SMTP_TLS to ${tls}.`,
    });
  return {
    host: name,
    port: port ?? (tls === "implicit" ? 465 : 587),
    tls,
    timeoutMs: given.timeout_ms,
    ...(user === undefined || pass === undefined ? {} : { auth: { user, pass } }),
  };
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new LlmspellError("config.invalid", `SMTP_PORT is no port: "${text}"`);
}

function tlsOf(text: string | undefined): Server["tls"] | undefined {
  if (text === undefined || text === "") return undefined;
  if (text === "implicit" || text === "starttls" || text === "optional" || text === "none") return text;
  throw new LlmspellError("config.invalid", `SMTP_TLS is "${text}"`, {
    hint: "It is implicit, starttls, optional or none.",
  });
}

function notSetUp(what: string, hint: string): LlmspellError {
  return new LlmspellError("tool.not_set_up", what, { hint });
}

async function deliver(host: ToolHost, server: Server, message: Record<string, unknown>) {
  const { createTransport } = await import("nodemailer");
  // Before anything else: the policy is asked, and the address looked at, by the host.
  const connection = await connected(host, server);
  const transport = createTransport({
    host: server.host,
    port: server.port,
    connection,
    secure: server.tls === "implicit",
    requireTLS: server.tls === "starttls",
    ignoreTLS: server.tls === "none",
    ...(server.auth ? { auth: server.auth } : {}),
    greetingTimeout: server.timeoutMs,
    socketTimeout: server.timeoutMs,
    // What is attached was read by the host.
    disableFileAccess: true,
    disableUrlAccess: true,
  } as Parameters<typeof createTransport>[0]) as Transporter;
  try {
    const sent = (await transport.sendMail(message)) as unknown as Sent;
    return {
      message_id: sent.messageId,
      accepted: (sent.accepted ?? []).map(String),
      rejected: (sent.rejected ?? []).map(String),
      response: sent.response ?? "",
    };
  } catch (cause) {
    throw toMailError(cause as SmtpError, server, host.signal);
  } finally {
    transport.close();
    connection.destroy();
  }
}

/** A server that does not answer at all is given up after the same time as one that falls silent. */
async function connected(host: ToolHost, server: Server): Promise<Socket> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(toMailError(Object.assign(new Error("connect"), { code: "ETIMEDOUT" }), server, host.signal)),
    server.timeoutMs,
  );
  const connecting = host.connect(server.host, server.port);
  try {
    return await Promise.race([connecting, late.promise]);
  } catch (error) {
    connecting.then(
      (socket) => socket.destroy(),
      () => undefined,
    );
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

interface Sent {
  messageId: string;
  accepted?: unknown[];
  rejected?: unknown[];
  response?: string;
}

interface SmtpError extends Error {
  code?: string;
  command?: string;
  response?: string;
  responseCode?: number;
  rejected?: unknown[];
}

function toMailError(cause: SmtpError, server: Server, signal: AbortSignal): LlmspellError {
  if (signal.aborted && LlmspellError.is(signal.reason)) return signal.reason;
  const at = `${server.host}:${server.port}`;
  const { code = "", responseCode, response, rejected } = cause;
  if (code === "EAUTH") {
    return new LlmspellError(
      "mail.refused",
      `${at} refused the log-in${response === undefined ? "" : `: ${response}`}`,
      {
        cause,
        details: { server: at, response_code: responseCode ?? null },
      },
    );
  }
  if (responseCode !== undefined || code === "EENVELOPE" || code === "EMESSAGE") {
    return new LlmspellError("mail.refused", `${at} refused the mail: ${response ?? cause.message}`, {
      cause,
      // 4yz: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1
      retryable: responseCode !== undefined && responseCode >= 400 && responseCode < 500,
      details: { server: at, response_code: responseCode ?? null, rejected: (rejected ?? []).map(String) },
    });
  }
  const late = code === "ETIMEDOUT";
  return new LlmspellError(
    late ? "http.timeout" : "http.network",
    `${at}: ${late ? "the mail server did not answer in time" : cause.message}`,
    {
      cause,
      details: { server: at, reason: code },
      ...(code === "ETLS" ? { hint: 'tls: "optional" or "none" sends without encryption.' } : {}),
    },
  );
}
