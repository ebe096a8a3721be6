import { REDACTED } from "../journal/difference.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Shorter values are words that stand everywhere. */
const LEAST_SECRET = 8;

const SECRET_VARIABLE =
  /(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS|CREDENTIALS?|AUTH)(?:_|\d|$)/i;
const NO_SECRET_VARIABLE = /_(?:URL|URI|FILE|PATH|DIR|SOCK|HOST|PORT|NAME|ID|TYPE)$/i;

/** Whether a variable's name says that its value is a secret. */
function isSecretVariable(name: string): boolean {
  return SECRET_VARIABLE.test(name) && !NO_SECRET_VARIABLE.test(name);
}

/** The values of secret variables that are long enough to be looked for in texts. */
export function secretsOf(...environments: readonly Environment[]): string[] {
  const secrets = environments.flatMap((env) =>
    Object.entries(env).flatMap(([name, value]) => (value !== undefined && isSecretVariable(name) ? [value] : [])),
  );
  return [...new Set(secrets)].filter((value) => value.length >= LEAST_SECRET);
}

/** What carries no secret, of the headers that are set for a provider. */
const PLAIN_HEADER =
  /^(?:user-agent|referer|http-referer|x-title|accept|content-type|.*-(?:version|beta|name|region))$/i;
const SCHEME = /^(?:bearer|basic|token|digest|apikey)\s+/i;

/** Keys and headers of providers, as their settings name them. */
export function secretsOfProviders(
  providers: Readonly<Record<string, { apiKey?: string; headers?: Readonly<Record<string, string>> }>> = {},
): string[] {
  const values = Object.values(providers).flatMap(({ apiKey, headers = {} }) => [
    ...(apiKey === undefined ? [] : [apiKey]),
    ...Object.entries(headers).flatMap(([name, value]) => (PLAIN_HEADER.test(name) ? [] : [value.replace(SCHEME, "")])),
  ]);
  return [...new Set(values)].filter((value) => value.length >= LEAST_SECRET);
}

/** A secret as it may stand in texts: itself, and as addresses, forms, JSON and Base64 hold it. */
function formsOf(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams([["", secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    ...[0, 1, 2].flatMap((before) => {
      const form = base64Within(secret, before);
      return [form, form.replaceAll("+", "-").replaceAll("/", "_")];
    }),
  ];
}

/** What of a secret's Base64 does not depend on its neighbours, where so many bytes (modulo 3) stand before it. */
function base64Within(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const whole = Math.floor((bytes.length * 8) / 6);
  return bytes.toString("base64").slice(Math.ceil((before * 8) / 6), whole);
}

/** Headers that carry secrets, also in what a server answers. */
const SECRET_HEADER = /^(?:proxy)?authorization$|^(?:set)?cookies?2?$|^(?:x)?apikey$/;
/** Other names of arguments that do. */
const SECRET_NAME =
  /(?:api|access|secret|private|signing|encryption)key$|passw(?:or)?d$|passphrase$|^pwd$|secret$|(?:access|refresh|auth|id|session|bearer|csrf|security|api|bot)token$|^x?token$|^bearer$|credentials?$/;
const plainName = (name: string) => name.toLowerCase().replace(/[-_\s]/g, "");

/** Of a model's answer, what it wants tools to be given. */
const CALLS: ReadonlySet<string> = new Set(["toolCalls", "toolCall"]);

const NAMES = "api[-_]?key|key|(?:[a-z]+[-_]?)?token|password|passwd|pwd|secret|client[-_]?secret|signature|sig";
const QUERY = new RegExp(`([?&;](?:${NAMES}|x-amz-[a-z-]+)=)[^&#\\s"'<>]+`, "gi");
const FORM = new RegExp(`^((?:[^&=\\s]+=[^&\\s]*&)*(?:${NAMES})=)[^&\\s]+`, "i");
const JSON_MEMBER = new RegExp(`("(?:${NAMES})"\\s*:\\s*")(?:[^"\\\\]|\\\\.)+"`, "gi");
const USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'<>]*:[^\s/@"'<>]*@/gi;

/** What a line must hold for any of the above to apply. */
const SUSPECT =
  /authorization|cookie|(?:api|access|private|signing|secret|encryption)[-_]?key|passw|passphrase|pwd|secret|token(?!s)|bearer|credential|[?&;](?:key|sig|signature|x-amz-[a-z-]+)=|:\/\/[^\s/"]*@/i;

/**
 * Takes secrets out of lines of a journal: known values wherever they stand in texts and bytes; and by name, what is
 * passed as authorization, password, key or token, in headers, addresses and bodies.
 */
export class Redactor {
  readonly #secrets: readonly string[];
  readonly #known: RegExp | undefined;
  readonly #suspect: RegExp;

  /** `secrets`: values that are to appear nowhere. */
  constructor(secrets: readonly string[]) {
    this.#secrets = [...new Set(secrets.flatMap(formsOf))].toSorted((a, b) => b.length - a.length);
    const inJson = this.#secrets.map((secret) => escapeRegExp(JSON.stringify(secret).slice(1, -1)));
    this.#known = inJson.length > 0 ? new RegExp(this.#secrets.map(escapeRegExp).join("|"), "g") : undefined;
    this.#suspect = new RegExp(
      [...inJson, ...(inJson.length > 0 ? ['"base64":"'] : []), SUSPECT.source].join("|"),
      "i",
    );
  }

  /** Lines of JSON, each with its line end. */
  lines(text: string): string {
    if (!this.#suspect.test(text)) return text;
    return text
      .split("\n")
      .map((line) => (line !== "" && this.#suspect.test(line) ? this.#line(line) : line))
      .join("\n");
  }

  #line(line: string): string {
    const entry = JSON.parse(line) as Record<string, unknown>;
    const { type, composite } = entry;
    // Of what a composite call answered nothing is answered again.
    const given = type === "started" || type === "callback" || type === "failed" || composite === true;
    const redacted = this.#walk(entry, given) as Record<string, unknown>;
    if (type !== undefined) return JSON.stringify(redacted);
    // A header: its variables tell by their own names; its code stays what it is.
    const { params, env } = redacted;
    return JSON.stringify({ ...redacted, params: this.#walk(params, true), env: redactVariables(env) });
  }

  /** Known values taken out of a text. */
  text(text: string): string {
    const known = this.#known ? text.replace(this.#known, REDACTED) : text;
    return known.replace(USER_INFO, `$1${REDACTED}@`);
  }

  /** `given`: what the script passed, or a model wants passed, not what it was answered. */
  #walk(value: unknown, given: boolean): unknown {
    if (typeof value === "string") return given ? this.#given(value) : this.text(value);
    if (Array.isArray(value)) return this.#list(value, given);
    if (!isRecord(value)) return value;
    if (typeof value.base64 === "string") return { ...value, base64: this.#bytes(value.base64) };
    const named = typeof value.name === "string" && isSecretName(value.name, given) && typeof value.value === "string";
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const isSecret = isSecretName(key, given) || (named && key === "value");
        return [this.text(key), isSecret ? hide(item) : this.#walk(item, given || CALLS.has(key))];
      }),
    );
  }

  #list(list: readonly unknown[], given: boolean): unknown[] {
    const arePairs = list.length > 0 && list.every(isPair);
    return list.map((item) =>
      arePairs && isSecretName((item as [string, unknown])[0], given)
        ? [(item as [string, unknown])[0], hide((item as [string, unknown])[1])]
        : this.#walk(item, given),
    );
  }

  #given(text: string): string {
    return this.text(text)
      .replace(QUERY, `$1${REDACTED}`)
      .replace(FORM, `$1${REDACTED}`)
      .replace(JSON_MEMBER, `$1${REDACTED}"`);
  }

  #bytes(base64: string): string {
    let bytes = Buffer.from(base64, "base64").toString("latin1");
    for (const secret of this.#secrets) bytes = bytes.replaceAll(Buffer.from(secret).toString("latin1"), REDACTED);
    return Buffer.from(bytes, "latin1").toString("base64");
  }
}

function isSecretName(name: string, given: boolean): boolean {
  const plain = plainName(name);
  return SECRET_HEADER.test(plain) || (given && SECRET_NAME.test(plain));
}

function redactVariables(env: unknown): unknown {
  if (!isRecord(env)) return env;
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, isSecretVariable(name) ? REDACTED : value]),
  );
}

/** All texts in a value; numbers and the like are no secrets. */
function hide(value: unknown): unknown {
  if (typeof value === "string") return REDACTED;
  if (Array.isArray(value)) return value.map(hide);
  if (!isRecord(value)) return value;
  if (typeof value.$llmspell === "string") return REDACTED;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hide(item)]));
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
