import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeEntry } from "../journal/codec.ts";
import type { JournalEntry } from "../journal/journal.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { Redactor, secretsOf, secretsOfProviders } from "./redactor.ts";

const SECRET = 'sk-test/"4242"\\\n+ü';
const redactor = new Redactor([SECRET]);
const started = (args: ScriptValue[]): JournalEntry => ({
  type: "started",
  seq: 1,
  parent: 0,
  method: "http.request",
  args,
  at: 0,
});
const line = (entry: JournalEntry) => redactor.lines(`${encodeEntry(entry)}\n`);

describe("known secrets", () => {
  it("are those of variables whose names say so, long enough to be told from words", () => {
    const env = {
      OPENAI_API_KEY: "key-of-openai",
      GITHUB_TOKEN: "token-of-github",
      DB_PASSWORD: "password-of-db",
      MY_SECRET: "short",
      SSH_AUTH_SOCK: "/tmp/socket-of-agent",
      TOKEN_FILE: "/etc/token-file",
      HOME: "/home/somebody",
      KEYBOARD: "qwerty-keyboard",
    };
    expect(secretsOf(env)).toEqual(["key-of-openai", "token-of-github", "password-of-db"]);
  });

  it("appear nowhere, in whatever they stand", () => {
    const around = fc.tuple(fc.string(), fc.string());
    fc.assert(
      fc.property(around, fc.constantFrom("text", "key", "bytes", "encoded", "error"), ([before, after], where) => {
        const text = before + SECRET + after;
        const value: ScriptValue =
          where === "key"
            ? { [text]: 1 }
            : where === "bytes"
              ? new Uint8Array(Buffer.from(text))
              : where === "encoded"
                ? `q=${encodeURIComponent(SECRET)}`
                : [text];
        const entry: JournalEntry =
          where === "error"
            ? {
                type: "failed",
                seq: 1,
                at: 0,
                error: { code: "x", message: text, retryable: false, details: { text } },
              }
            : { type: "ended", seq: 1, at: 0, value };
        const written = line(entry);
        const bytes = [...written.matchAll(/"base64":"([^"]*)"/g)].map(([, base64 = ""]) =>
          Buffer.from(base64, "base64").toString(),
        );
        for (const all of [written, ...bytes]) {
          expect(all).not.toContain(SECRET);
          expect(all).not.toContain(JSON.stringify(SECRET).slice(1, -1));
          expect(all).not.toContain(encodeURIComponent(SECRET));
        }
      }),
    );
  });
});

describe("forms of known secrets", () => {
  const forms: Record<string, (text: string) => string> = {
    "Base64, wherever it begins": (text) => Buffer.from(text).toString("base64"),
    "Base64 for addresses": (text) => Buffer.from(text).toString("base64url"),
    "a form": (text) => new URLSearchParams({ q: text }).toString(),
    "JSON in a text": (text) => JSON.stringify({ q: text }),
    "an address": (text) => `https://h/?q=${encodeURIComponent(text)}`,
  };
  it.each(Object.entries(forms))("%s", (_, form) => {
    for (const secret of [SECRET, "plain-secret", "nine-long", "spaced out & more"]) {
      for (const before of ["", "u", "us", "user:", "Basic"]) {
        const value = form(`${before}${secret} and more`);
        const written = new Redactor([secret]).lines(`${encodeEntry({ type: "ended", seq: 1, at: 0, value })}\n`);
        expect(written).toContain("[redacted]");
        // What is left of a Base64 text tells a byte or two of the secret at most.
        const { value: left } = JSON.parse(written) as { value: string };
        expect(Buffer.from(left.split("[redacted]")[0] ?? "", "base64").toString()).not.toContain(secret.slice(0, 3));
        expect(left).not.toContain(secret);
      }
    }
  });

  it("of providers are their keys, and what headers hold but for plain ones", () => {
    const headers = { authorization: "Bearer t0ken-of-team", "x-team": "team-secret", "user-agent": "my-agent/1.0" };
    expect(secretsOfProviders({ openai: { apiKey: "key-of-file", headers }, groq: { apiKey: "short" } })).toEqual([
      "key-of-file",
      "t0ken-of-team",
      "team-secret",
    ]);
  });
});

describe("secrets by name", () => {
  it("go from the log-ins of tools", () => {
    const written = line(
      started([
        "http_request",
        { url: "https://h/", auth: { bearer: "t0ps3cret" } },
        { api_key: { name: "k", in: "query", value: "k3y" } },
      ]),
    );
    expect(written).toContain("https://h/");
    expect(written).not.toMatch(/t0ps3cret|k3y/);
  });

  it("go from headers, options, addresses and bodies that a script passes", () => {
    const written = line(
      started([
        "https://user:hunter22@example.com/?api_key=abc123&q=ok#x",
        {
          headers: { Authorization: "Bearer t0ps3cret", "X-Api-Key": "k3y", cookie: "a=b", accept: "text/plain" },
          body: '{"password": "p4ss", "name": "Ada"}',
          form: "user=ada&password=p4ss",
          auth: { accessToken: "t0ken", password: ["p4ss"] },
          list: [
            ["authorization", "t0ps3cret"],
            ["accept", "text/html"],
          ],
          pair: { name: "x-api-key", value: "k3y" },
        },
      ]),
    );
    for (const secret of ["hunter22", "abc123", "t0ps3cret", "k3y", "a=b", "p4ss", "t0ken"])
      expect(written).not.toContain(secret);
    for (const harmless of ["example.com", "q=ok", "text/plain", "text/html", "Ada", "user=ada"])
      expect(written).toContain(harmless);
  });

  it("leave numbers and words alone that only sound alike", () => {
    const entry = started([{ maxTokens: 5, tokens: "five", token: 7, secretary: "Ada", passage: "text", key: "name" }]);
    expect(line(entry)).toBe(`${encodeEntry(entry)}\n`);
  });

  it("go from what a server answers only in headers", () => {
    const written = line({
      type: "ended",
      seq: 1,
      at: 0,
      value: { headers: { "set-cookie": "sid=1234" }, body: '{"token":"shown"}' },
    });
    expect(written).not.toContain("1234");
    expect(written).toContain("shown");
  });

  it("go from what a composite call answered, as from what it was given", () => {
    const ended = { type: "ended", seq: 1, at: 0, value: { password: "hunter2", user: "ann" } } as const;
    expect(line(ended)).toContain("hunter2");
    expect(line({ ...ended, composite: true })).not.toContain("hunter2");
  });

  it("go from the tool calls that a model answers, whole and in pieces", () => {
    const call = {
      id: "1",
      name: "log_in",
      arguments: { user: "ann", password: "hunter2", options: { apiKey: "k3y" } },
    };
    const message = { role: "assistant", content: "", toolCalls: [call] };
    const written = line({ type: "ended", seq: 1, at: 0, value: { content: "token", message, toolCalls: [call] } });
    expect(written).not.toMatch(/hunter2|k3y/);
    expect(written).toContain("ann");
    expect(line({ type: "ended", seq: 1, at: 0, value: { type: "toolCall", toolCall: call } })).not.toContain(
      "hunter2",
    );
  });

  it("go from the variables of a header, by the variables' names", () => {
    const header = `${JSON.stringify({ llmspell: "recording", env: { MY_TOKEN: "abc", LANG: "C" } })}\n`;
    expect(JSON.parse(redactor.lines(header)).env).toEqual({ MY_TOKEN: "[redacted]", LANG: "C" });
  });
});
