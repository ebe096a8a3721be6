import { readFileSync } from "node:fs";
import { z } from "zod";
import { LlmspellError } from "../errors.ts";
import { JOURNAL_VERSION } from "../journal/codec.ts";
import { type Outcome, RECORDING_BEGINNING, type RecordingHeader, unpackOutcome } from "./recording.ts";

/** A run that can be made again. */
export interface Recording {
  header: RecordingHeader;
  /** Journal entries, one a line. */
  lines: readonly string[];
  /** Undefined where the run's process ended before the run did. */
  outcome: Outcome | undefined;
}

const text = z.string();
const number = z.number();
const strings = z.record(text, text);
const header = z.object({
  llmspell: z.literal("recording"),
  version: number,
  run: text,
  startedAt: number,
  name: text,
  engine: text,
  file: text,
  folder: text.optional(),
  code: text,
  params: z.unknown(),
  args: z.array(text),
  env: strings,
  seed: z.int().min(0).max(0xffffffff),
  limits: z.record(text, number),
  policy: z.looseObject({ allow: z.record(text, z.unknown()) }),
  budget: z.object({ cost: number.optional(), tokens: number.optional() }),
  models: z.object({ model: text.optional(), requireModel: z.boolean().optional() }),
  workspace: text,
  spellVersion: text.optional(),
  refusedBridges: z.array(text).optional(),
});

/** Values of scripts nest less deep than this by far. */
const MOST_DEPTH = 1000;
/** Calls of one entry, and of all: a replay holds each of them. */
const MOST_PRINTS = 10_000_000;

const error = z.looseObject({ code: text, message: text, retryable: z.boolean() });
const seq = z.int().min(1);
const index = z.int().min(0);
const values = z.array(z.unknown());
const usage = z.looseObject({}).optional();
const line = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("started"), seq, parent: index, method: text, args: values, at: number }),
  z.looseObject({ type: z.literal("ended"), seq, at: number, usage }),
  z.looseObject({ type: z.literal("failed"), seq, at: number, error, usage }),
  z.looseObject({
    type: z.literal("output"),
    seq,
    parent: index,
    method: text,
    calls: index.max(MOST_PRINTS),
    text,
    at: number,
  }),
  z.looseObject({ type: z.literal("callback"), seq, index, args: values, at: number }),
  z.looseObject({ type: z.literal("clock"), now: number, reads: seq }),
  z.looseObject({ type: z.literal("module"), specifier: text, importer: text }),
  z.discriminatedUnion("ok", [
    z.looseObject({ type: z.literal("outcome"), ok: z.literal(true) }),
    z.looseObject({ type: z.literal("outcome"), ok: z.literal(false), error }),
  ]),
] as never) as z.ZodType<{ type: string; ok: boolean; seq?: number; parent?: number; calls?: number }>;

/** Reads a recording. Throws `usage.invalid` for a file that cannot be read, `journal.corrupt`, `journal.version`. */
export function readRecording(file: string): Recording {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? "does not exist" : `cannot be read (${code ?? message})`;
    throw new LlmspellError("usage.invalid", `the recording ${file} ${problem}`, {
      cause,
      hint: "llmspell run SPELL --record FILE makes one; llmspell runs export RUN -o FILE takes one from the journal.",
    });
  }
  return parseRecording(content, file);
}

/** A recording from its text; `file` is named in errors. A last line that was cut off while it was written is left out. */
export function parseRecording(content: string, file: string): Recording {
  const [first = "", ...rest] = content.split("\n");
  const head = readHeader(first, file);
  rest.pop();
  const lines: string[] = [];
  let outcome: Outcome | undefined;
  let prints = 0;
  for (const [at, each] of rest.entries()) {
    const entry = line.safeParse(parse(each));
    if (!entry.success) throw corrupt(file, `line ${at + 2} is no journal entry`);
    if (outcome) throw corrupt(file, `line ${at + 2} comes after the end of the run`);
    const { seq: own = Infinity, parent = 0, calls = 0 } = entry.data;
    if (parent >= own) throw corrupt(file, `line ${at + 2} names a later effect as the one that led to it`);
    prints += calls;
    if (prints > MOST_PRINTS) throw corrupt(file, `line ${at + 2} tells of more than ${MOST_PRINTS} outputs`);
    if (entry.data.type === "outcome") outcome = unpackOutcome(entry.data);
    else lines.push(`${each}\n`);
  }
  return { header: head, lines, outcome };
}

function readHeader(first: string, file: string): RecordingHeader {
  const json = parse(first);
  const version = (json as { version?: unknown } | undefined)?.version;
  if (!first.startsWith(RECORDING_BEGINNING)) throw corrupt(file, "its first line does not say that it is one");
  if (json === undefined) throw corrupt(file, "its first line, which holds the script, is cut off or broken");
  if (typeof version === "number" && version > JOURNAL_VERSION) {
    throw new LlmspellError(
      "journal.version",
      `the recording ${file} has format ${version}; this LLMSpell knows formats up to ${JOURNAL_VERSION}`,
      { hint: "Use a newer LLMSpell.", details: { file, version } },
    );
  }
  const read = header.safeParse(json);
  if (read.success) return read.data as RecordingHeader;
  const [issue] = read.error.issues;
  throw corrupt(file, `in its first line, ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "invalid"}`);
}

function parse(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return isDeeper(value, MOST_DEPTH) ? undefined : value;
  } catch {
    return undefined;
  }
}

function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return most === 0 || Object.values(value).some((item) => isDeeper(item, most - 1));
}

function corrupt(file: string, why: string): LlmspellError {
  return new LlmspellError("journal.corrupt", `${file} is no recording, or is damaged: ${why}`, { details: { file } });
}
