import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import type { ScriptedAnswer } from "../../src/testing/scripted-answers.ts";
import type { GivenAnswer } from "../../src/runtime/runtime-options.ts";
import type { ScriptValue } from "../../src/values/script-value.ts";

export const LANGUAGES = [".lua", ".js", ".tengo"] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * One behaviour in every language: `<topic>/<name>.json` says what each `<topic>/<name>.<language>` must do.
 *
 * The scripts return data that proves the behaviour; functions of the language itself are no part of a case. In params
 * and result, JSON holds what it has no notation for as an object of one member: `{"$bytes": "00ff"}`,
 * `{"$integer": "9007199254740993"}`, `{"$number": "NaN"}`, `{"$time": "2026-01-02T03:04:05.000Z"}`.
 */
export interface Case {
  params?: Record<string, ScriptValue>;
  args?: string[];
  /** Environment variables that are set; the run may see those in `allowEnv`. */
  env?: Record<string, string>;
  allowEnv?: string[];
  /** Programs that it may run. */
  commands?: string[];
  /** Files of the workspace before the run. */
  files?: Record<string, string>;
  /** `read` or `none`; default `write`. */
  fs?: "read" | "none";
  seed?: number;
  limits?: Record<string, number>;
  budget?: { tokens?: number; cost?: number };
  /** Starts with the address of a web server on loopback in `params.server`, and may reach it. */
  web?: true;
  /** Models come from a server on loopback that speaks OpenAI's protocol instead of the offline model. */
  modelServer?: true;
  /**
   * What the model answers, one after the other, over the wire of a server of the case's own: texts, or replies with
   * `toolCalls: [{name, arguments}]` and more. With `when`, an answer waits for a request that holds this text: for
   * requests that are under way at once.
   */
  answers?: ScriptedAnswer[];
  /** What the person answers to its questions, in order: see `GivenAnswer`. Nobody is there to ask without it. */
  person?: GivenAnswer[];
  /** What the script returns. */
  result?: ScriptValue;
  /** What it prints. */
  output?: string;
  /** What it logs. */
  logs?: unknown[];
  /** The code of the error that ends it. */
  error?: string;
  /** Text that the message of this error holds. */
  message?: string;
  /** Where it was raised: path from the case's folder, without the extension, and line. */
  at?: string;
  /** What a language does not do yet, and why: the case must fail there, until it can be taken out of here. */
  gaps?: Partial<Record<Language, string>>;
  /** Where a language itself demands another outcome: why, and what takes the place of the members above. */
  differs?: Partial<Record<Language, { why: string } & Outcome>>;
}

export type Outcome = Pick<Case, "result" | "output" | "logs" | "error" | "message" | "at">;

export interface FoundCase extends Case {
  topic: string;
  name: string;
  /** Path of the scripts, without the extension. */
  file: string;
  scripts: Readonly<Record<Language, string>>;
}

/** All cases below a folder, by topic. Throws where a script is missing. */
export function findCases(folder: string): Map<string, FoundCase[]> {
  const topics = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new Map(topics.map(({ name: topic }) => [topic, casesOf(path.join(folder, topic), topic)]));
}

function casesOf(folder: string, topic: string): FoundCase[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.map((name) => {
    const file = path.join(folder, path.basename(name, ".json"));
    const scripts = Object.fromEntries(
      LANGUAGES.map((language) => [language, readFileSync(file + language, "utf8")]),
    ) as Record<Language, string>;
    return { ...readCase(readFileSync(`${file}.json`, "utf8")), topic, name: path.basename(file), file, scripts };
  });
}

/** What a case expects of a language. */
export function outcomeOf(found: Case, language: Language): Outcome {
  return found.differs?.[language] ?? found;
}

function readCase(json: string): Case {
  return JSON.parse(json, (_, value: unknown) => untag(value)) as Case;
}

function untag(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Object.keys(value).length !== 1) return value;
  const [[tag, text]] = Object.entries(value) as [[string, string]];
  if (tag === "$bytes") return new Uint8Array(Buffer.from(text, "hex"));
  if (tag === "$integer") return BigInt(text);
  if (tag === "$number") return Number(text);
  if (tag === "$time") return new Date(text);
  return value;
}
