import type { AddressInfo } from "node:net";
import net from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { mailSend } from "./mail-send.ts";

interface Received {
  from: string;
  to: string[];
  user: string | undefined;
  source: string;
  secure: boolean;
}

let host: FixtureHost;
const closing: (() => void)[] = [];

beforeEach(() => {
  host = createFixtureHost({ files: { "data/report.csv": "a,b\n1,2\n" } });
});
afterEach(() => {
  host.close();
  for (const close of closing.splice(0)) close();
});

/** A mail server on loopback; the certificate is its package's own, which nobody trusts. */
async function mailServer(options: SMTPServerOptions = {}): Promise<{ port: number; received: Received[] }> {
  const received: Received[] = [];
  const quiet = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    onAuth({ username, password }, _, done) {
      if (username === "ada" && password === "s3cret") done(null, { user: username });
      else done(new Error("wrong password"));
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : "",
          to: rcptTo.map(({ address }) => address),
          user: session.user as string | undefined,
          source: Buffer.concat(parts).toString(),
          secure: session.secure,
        });
        done();
      });
    },
    ...options,
  });
  quiet.mockRestore();
  server.on("error", () => undefined);
  const listening = server.listen(0, "127.0.0.1") as unknown as net.Server;
  await new Promise((resolve) => listening.once("listening", resolve));
  closing.push(() => server.close());
  return { port: (listening.address() as AddressInfo).port, received };
}

const plain = { to: "Bob <bob@example.com>", from: "ada@example.com", subject: "Grüße", text: "Hello\n.\nBye" };

test("sends text, HTML and files to everybody", async () => {
  const { port, received } = await mailServer({ disabledCommands: ["STARTTLS", "AUTH"] });
  const answer = await host.run(mailSend, {
    ...plain,
    host: "127.0.0.1",
    port,
    tls: "optional",
    to: ["Bob <bob@example.com>", "cy@example.com"],
    cc: "dan@example.com",
    bcc: "eve@example.com",
    reply_to: "office@example.com",
    html: "<p>Hello</p>",
    attachments: [{ path: "data/report.csv" }],
  });
  expect(answer).toMatchObject({
    message_id: expect.stringMatching(/^<.+>$/) as string,
    accepted: ["bob@example.com", "cy@example.com", "dan@example.com", "eve@example.com"],
    rejected: [],
  });
  const [mail] = received as [Received];
  expect([mail.from, mail.to]).toEqual([
    "ada@example.com",
    ["bob@example.com", "cy@example.com", "dan@example.com", "eve@example.com"],
  ]);
  expect(mail.source).toContain("Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=");
  expect(mail.source).toContain("Reply-To: office@example.com");
  expect(mail.source).toContain("Date: Mon, 06 May 2024 07:08:09 +0000");
  expect(mail.source).toMatch(/filename=report\.csv[\s\S]*YSxiCjEsMgo=/);
  expect(mail.source).not.toContain("eve@example.com");
  expect(host.asked).toEqual(["fs.read data/report.csv", `net 127.0.0.1:${port}`]);
});

test("takes the server and the log-in from the environment", async () => {
  const { port, received } = await mailServer({ disabledCommands: ["STARTTLS"], allowInsecureAuth: true });
  const env = {
    SMTP_HOST: "127.0.0.1",
    SMTP_PORT: String(port),
    SMTP_TLS: "none",
    SMTP_USER: "ada",
    SMTP_PASSWORD: "s3cret",
    SMTP_FROM: "Ada <ada@example.com>",
  };
  host.close();
  host = createFixtureHost({ env });
  await host.run(mailSend, { to: "bob@example.com", subject: "Hi", text: "x" });
  expect(received).toMatchObject([{ from: "ada@example.com", user: "ada" }]);
  const wrong = await host.fail(mailSend, {
    to: "bob@example.com",
    subject: "Hi",
    text: "x",
    user: "ada",
    password: "guess",
  });
  expect([wrong.code, wrong.message]).toEqual(["mail.refused", expect.stringContaining("refused the log-in")]);
  expect(JSON.stringify(wrong.toData())).not.toMatch(/guess|s3cret/);
});

test("a caller cannot have the environment's password sent unencrypted", async () => {
  const { port, received } = await mailServer({ disabledCommands: ["STARTTLS"], allowInsecureAuth: true });
  host.close();
  host = createFixtureHost({
    env: { SMTP_HOST: "127.0.0.1", SMTP_PORT: String(port), SMTP_USER: "ada", SMTP_PASSWORD: "s3cret" },
  });
  for (const tls of ["none", "optional"])
    expect((await host.fail(mailSend, { ...plain, tls })).message).toContain("is not sent with tls");
  expect((await host.fail(mailSend, { ...plain, tls: "none", user: "ada", password: "x" })).code).toBe("mail.refused");
  expect(received).toEqual([]);
});

test("a server that the caller names gets no password of the environment", async () => {
  const { port, received } = await mailServer({ disabledCommands: ["STARTTLS"], allowInsecureAuth: true });
  host.close();
  host = createFixtureHost({ env: { SMTP_HOST: "smtp.example.com", SMTP_USER: "ada", SMTP_PASSWORD: "s3cret" } });
  await host.run(mailSend, { ...plain, host: "127.0.0.1", port, tls: "none" });
  expect(received).toMatchObject([{ user: undefined }]);
  expect((await host.fail(mailSend, { ...plain, host: "127.0.0.1", port, tls: "none", user: "ada" })).message).toBe(
    "there is no password",
  );
});

test("sends nothing unencrypted unless told to, and trusts no unknown certificate", async () => {
  const without = await mailServer({ disabledCommands: ["STARTTLS", "AUTH"] });
  const call = { ...plain, host: "127.0.0.1" };
  expect((await host.fail(mailSend, { ...call, port: without.port })).code).toMatch(/^(mail|http)\./);
  const unknown = await mailServer();
  const starttls = await host.fail(mailSend, { ...call, port: unknown.port });
  expect([starttls.code, starttls.message]).toEqual([
    "http.network",
    expect.stringMatching(/certificate|self.signed/i),
  ]);
  const implicit = await mailServer({ secure: true });
  expect((await host.fail(mailSend, { ...call, port: implicit.port, tls: "implicit" })).message).toMatch(
    /certificate|self.signed/i,
  );
  expect([without.received, unknown.received, implicit.received]).toEqual([[], [], []]);
});

test("tells what the server refuses", async () => {
  const { port, received } = await mailServer({
    disabledCommands: ["STARTTLS", "AUTH"],
    onRcptTo({ address }, _, done) {
      if (address.startsWith("no")) done(Object.assign(new Error("no such user"), { responseCode: 550 }));
      else if (address.startsWith("later")) done(Object.assign(new Error("greylisted"), { responseCode: 451 }));
      else done();
    },
  });
  const call = { ...plain, host: "127.0.0.1", port, tls: "none" };
  expect(await host.run(mailSend, { ...call, to: ["bob@example.com", "nobody@example.com"] })).toMatchObject({
    accepted: ["bob@example.com"],
    rejected: ["nobody@example.com"],
  });
  expect(await host.fail(mailSend, { ...call, to: "nobody@example.com" })).toMatchObject({
    code: "mail.refused",
    retryable: false,
    details: { response_code: 550, rejected: ["nobody@example.com"] },
  });
  expect(await host.fail(mailSend, { ...call, to: "later@example.com" })).toMatchObject({
    code: "mail.refused",
    retryable: true,
  });
  expect(received).toHaveLength(1);
});

test("adds no header and no recipient that stands in another field", async () => {
  for (const field of ["subject", "from", "to", "reply_to"]) {
    await expect(
      host.run(mailSend, { ...plain, host: "127.0.0.1", [field]: "a@example.com\r\nBcc: eve@example.com" }),
    ).rejects.toThrow("one line");
  }
});

test("reads attachments from the workspace alone", async () => {
  const { port } = await mailServer({ disabledCommands: ["STARTTLS", "AUTH"] });
  const call = { ...plain, host: "127.0.0.1", port, tls: "none" };
  expect((await host.fail(mailSend, { ...call, attachments: [{ path: "/etc/passwd" }] })).code).toBe(
    "permission.denied",
  );
  expect((await host.fail(mailSend, { ...call, attachments: [{ path: "none.txt" }] })).code).toBe("fs.not_found");
  expect(host.asked).not.toContain(`net 127.0.0.1:${port}`);
});

test("asks the policy for the server, and reaches no private one that is not allowed", async () => {
  const { port, received } = await mailServer({ disabledCommands: ["STARTTLS", "AUTH"] });
  host.close();
  host = createFixtureHost({ policy: () => false });
  expect((await host.fail(mailSend, { ...plain, host: "127.0.0.1", port, tls: "none" })).code).toBe(
    "permission.denied",
  );
  host.close();
  host = createFixtureHost();
  expect((await host.fail(mailSend, { ...plain, host: "10.0.0.1", port: 25, tls: "none" })).code).toBe(
    "permission.denied",
  );
  expect(received).toEqual([]);
});

test("tells of a server that is no mail server, one that hangs up and one that says nothing", async () => {
  const raw = async (greet: (socket: net.Socket) => void) => {
    const server = net.createServer((socket) => greet(socket.on("error", () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => server.close());
    return (server.address() as AddressInfo).port;
  };
  const call = { ...plain, host: "127.0.0.1", tls: "none", timeout_ms: 100 };
  const fail = async (greet: (socket: net.Socket) => void) =>
    (await host.fail(mailSend, { ...call, port: await raw(greet) })).code;
  expect(await fail((socket) => socket.end("SSH-2.0-x\r\n"))).toMatch(/^(mail\.refused|http\.network)$/);
  expect(await fail((socket) => socket.destroy())).toBe("http.network");
  expect(await fail(() => undefined)).toBe("http.timeout");
  Object.assign(host, { connect: () => new Promise(() => undefined) });
  expect((await host.fail(mailSend, { ...call, port: 25 })).code).toBe("http.timeout");
});

test("says what is missing", async () => {
  expect((await host.fail(mailSend, { to: "a@b.c", subject: "s", text: "t" })).hint).toContain("SMTP_HOST");
  const call = { to: "a@b.c", subject: "s", host: "127.0.0.1", from: "x@y.z" };
  expect((await host.fail(mailSend, call)).message).toBe("a mail has text or html");
  expect((await host.fail(mailSend, { ...call, text: "t", to: [] })).message).toBe("there is nobody to send it to");
  expect((await host.fail(mailSend, { ...call, from: undefined, text: "t" })).message).toBe("there is no sender");
});
