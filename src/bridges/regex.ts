import { RE2JS } from "re2js";
import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge } from "../bridge/define-bridge.ts";
import { anyObject, anyValue, callback } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import type { ScriptObject } from "../values/script-value.ts";
import { setKey } from "../values/script-value.ts";
import { UnitCursor } from "./code-points.ts";
import { checkSize, parseError, pure } from "./pure-method.ts";
import { expandReplacement } from "./regex-replacement.ts";

const flags = z
  .string()
  .regex(/^[ims]{0,3}$/, "only the flags i (ignore case), m (^ and $ at each line) and s (. matches newlines) exist")
  .optional()
  .describe("Of i (ignore case), m (`^` and `$` match at each line), s (`.` matches newlines too).");
const options = z.strictObject({ flags }).optional();
const limit = z.int().min(1).optional();

const found = z.object({
  text: z.string().describe("The matched text."),
  index: z.int().describe("Where it starts: code points from 0."),
  stop: z.int().describe("Where it ends, exclusive."),
  groups: z.array(z.string().nullable()).describe("Captured groups in order; nil for those that took no part."),
  named: anyObject.describe("Captured groups by name."),
  spans: z
    .array(z.tuple([z.int(), z.int()]).nullable())
    .describe(
      "Start and end of the whole match, then of each group: code points from 0; nil for groups that took no part.",
    ),
});
type Found = z.output<typeof found>;

const input = { text: z.string(), pattern: z.string() };

/** Regular expressions in RE2 syntax (no backreferences, no lookaround): time grows linearly with the text. */
export const regexBridge = defineBridge({
  name: "regex",
  summary: "Regular expressions in RE2 syntax, matched in linear time: no backreferences, no lookaround.",
  methods: {
    test: pure({
      summary:
        "Whether the pattern matches anywhere in the text. Fails with `parse.invalid` on a wrong pattern, as all methods here.",
      input: { ...input, options },
      output: z.boolean(),
      run: ({ text, pattern, options: given }, ctx) => compile(ctx, "test", pattern, given?.flags, text).test(text),
    }),
    find: pure({
      summary: "The first match, or nil.",
      input: { ...input, options },
      output: found.nullable(),
      run: ({ text, pattern, options: given }, ctx) =>
        matches(compile(ctx, "find", pattern, given?.flags, text), text).next().value ?? null,
    }),
    match: pure({
      summary: "The match of the whole text, or nil.",
      input: { ...input, options },
      output: found.nullable(),
      run: ({ text, pattern, options: given }, ctx) => {
        const regex = compile(ctx, "match", pattern, given?.flags, text);
        if (!regex.matches(text)) return null;
        const matcher = regex.matcher(text);
        matcher.matches();
        return describeMatch(matcher, regex, new UnitCursor(text));
      },
    }),
    findAll: pure({
      summary: "All matches that do not overlap, from the left.",
      input: {
        ...input,
        options: z.strictObject({ flags, limit: limit.describe("Largest number of matches.") }).optional(),
      },
      output: z.array(found),
      run: ({ text, pattern, options: given }, ctx) => {
        const all: Located[] = [];
        for (const match of matches(compile(ctx, "findAll", pattern, given?.flags, text), text, given?.limit)) {
          checkSize("regex.findAll", all.push(match), MAX_MATCHES);
        }
        return all;
      },
    }),
    replace: pure({
      summary:
        "Replaces all matches by a text, in which `$1`, `$<name>` and `$&` stand for groups and the match and `$$` for a dollar, or " +
        "by what a function(text, match) returns; nil keeps the match.",
      input: {
        ...input,
        replacement: z.union([z.string(), callback([z.string(), found], anyValue, ["text", "match"])], {
          error: "expected a text or a function",
        }),
        options: z.strictObject({ flags, limit: limit.describe("Largest number of replacements.") }).optional(),
      },
      output: z.string(),
      *run({ text, pattern, replacement, options: given }, ctx) {
        const regex = compile(ctx, "replace", pattern, given?.flags, text);
        const parts: string[] = [];
        let size = 0;
        let end = 0;
        for (const match of matches(regex, text, given?.limit)) {
          const value: unknown =
            typeof replacement === "string"
              ? expandReplacement(replacement, match)
              : yield replacement(match.text, match);
          const part = text.slice(end, match.unitIndex) + replacementText(value, match);
          size += part.length;
          checkSize("regex.replace", size);
          parts.push(part);
          end = match.unitEnd;
        }
        return parts.join("") + text.slice(end);
      },
    }),
    split: pure({
      summary: "The parts of a text between the matches. Empty matches split between characters.",
      input: {
        ...input,
        options: z
          .strictObject({ flags, limit: limit.describe("Largest number of parts; the last one is the rest.") })
          .optional(),
      },
      output: z.array(z.string()),
      run: ({ text, pattern, options: given }, ctx) => {
        const parts: string[] = [];
        let end = 0;
        for (const match of matches(compile(ctx, "split", pattern, given?.flags, text), text)) {
          if (given?.limit !== undefined && parts.length >= given.limit - 1) break;
          if (match.unitEnd === match.unitIndex && (match.unitEnd === 0 || match.unitEnd === text.length)) continue;
          parts.push(text.slice(end, match.unitIndex));
          end = match.unitEnd;
        }
        parts.push(text.slice(end));
        return parts;
      },
    }),
    escape: pure({
      summary: "A pattern that matches exactly this text.",
      input: { text: z.string() },
      output: z.string(),
      run: ({ text }) => RE2JS.quote(text),
    }),
  },
});

/** Compiled patterns of a run, the most recently used last. */
const PATTERNS = {};
const MAX_PATTERNS = 100;
/** Instructions of all kept patterns together. */
const MAX_KEPT_STEPS = 20_000;
/** Matches in one list: each holds several values. */
const MAX_MATCHES = 200_000;
const MAX_PATTERN_LENGTH = 20_000;
/** Most steps (instructions times characters) of one pass: tens of seconds in the worst case. */
const MAX_STEPS = 2e10;

function compile(ctx: CallContext, name: string, pattern: string, given: string | undefined, text: string): RE2JS {
  const kept = ctx.own(PATTERNS, () => ({ cache: new Map<string, RE2JS>(), steps: 0 }));
  const { cache } = kept;
  const key = `${given ?? ""}/${pattern}`;
  const known = cache.get(key);
  const regex = known ?? compileNew(`regex.${name}`, pattern, given ?? "");
  if (known) cache.delete(key);
  else kept.steps += regex.programSize();
  cache.set(key, regex);
  while (cache.size > MAX_PATTERNS || (kept.steps > MAX_KEPT_STEPS && cache.size > 1)) {
    const [oldest, forgotten] = cache.entries().next().value as [string, RE2JS];
    cache.delete(oldest);
    kept.steps -= forgotten.programSize();
  }
  if (regex.programSize() * text.length <= MAX_STEPS) return regex;
  throw new LlmspellError(
    "value.too_large",
    `regex.${name}: the pattern is too complex for a text of ${text.length} units`,
  );
}

function compileNew(method: string, pattern: string, given: string): RE2JS {
  if (pattern.length > MAX_PATTERN_LENGTH)
    throw parseError(method, `the pattern is longer than ${MAX_PATTERN_LENGTH} units`);
  const bits =
    (given.includes("i") ? RE2JS.CASE_INSENSITIVE : 0) |
    (given.includes("m") ? RE2JS.MULTILINE : 0) |
    (given.includes("s") ? RE2JS.DOTALL : 0);
  try {
    return RE2JS.compile(pattern, bits);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message.replace("error parsing regexp: ", "") : "wrong pattern";
    const error = parseError(method, problem, {}, cause);
    if (!/\(\?[=!<]|\\[1-9]/.test(pattern)) throw error;
    throw new LlmspellError(error.code, error.message, {
      cause,
      hint: "Patterns follow RE2: lookaround and backreferences do not exist.",
    });
  }
}

interface Located extends Found {
  unitIndex: number;
  unitEnd: number;
}

function* matches(regex: RE2JS, text: string, most = Infinity): Generator<Located, undefined> {
  const matcher = regex.matcher(text);
  const cursor = new UnitCursor(text);
  for (let count = 0; count < most && matcher.find(); count++) yield describeMatch(matcher, regex, cursor);
  return undefined;
}

function describeMatch(matcher: ReturnType<RE2JS["matcher"]>, regex: RE2JS, cursor: UnitCursor): Located {
  const named: ScriptObject = {};
  for (const [name, group] of Object.entries(regex.namedGroups())) setKey(named, name, matcher.group(group));
  const [unitIndex, unitEnd] = [matcher.start(), matcher.end()];
  const spans = spansOf(matcher, cursor);
  const [index, stop] = spans[0] as [number, number];
  const match = {
    text: matcher.group() ?? "",
    index,
    stop,
    groups: Array.from({ length: matcher.groupCount() }, (_, group) => matcher.group(group + 1)),
    named,
    spans,
  };
  // For the host alone: what does not enumerate does not cross.
  return Object.defineProperties(match, { unitIndex: { value: unitIndex }, unitEnd: { value: unitEnd } }) as Located;
}

function spansOf(matcher: ReturnType<RE2JS["matcher"]>, cursor: UnitCursor): Found["spans"] {
  const count = matcher.groupCount() + 1;
  const spans = Array.from({ length: count }, (_, group) => ({
    start: matcher.start(group),
    end: matcher.end(group),
  }));
  // The cursor goes forward: positions are asked in their order, which groups inside of groups are not in.
  const points = new Map<number, number>();
  for (const unit of spans.flatMap(({ start, end }) => [start, end]).toSorted((a, b) => a - b))
    if (unit >= 0) points.set(unit, cursor.pointOf(unit));
  return spans.map(({ start, end }) => (start < 0 ? null : [points.get(start) as number, points.get(end) as number]));
}

function replacementText(value: unknown, match: Found): string {
  if (value === null || value === undefined) return match.text;
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    throw new LlmspellError("input.invalid", "regex.replace: the function must return a text or nil");
  }
  return String(value);
}
