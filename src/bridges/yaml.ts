import { Document, Lexer, LineCounter, isNode, isScalar, parseAllDocuments, visit } from "yaml";
import type { CreateNodeOptions, DocumentOptions, ParseOptions, SchemaOptions } from "yaml";
import { z } from "zod";
import { defineBridge } from "../bridge/define-bridge.ts";
import { anyValue } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { setKey } from "../values/script-value.ts";
import { toPlain } from "./plain-data.ts";
import { parseError, positionAt, pure } from "./pure-method.ts";

const encodeOptions = z
  .strictObject({
    indent: z.int().min(1).max(10).optional().describe("Spaces of each level. Default 2."),
    lineWidth: z.int().min(0).max(10_000).optional().describe("Where long text is folded; 0 never. Default 80."),
    sortKeys: z.boolean().optional(),
    flow: z.boolean().optional().describe("One line with brackets and braces, like JSON."),
  })
  .optional();

/** YAML 1.2 with `!!binary` for bytes. */
export const yamlBridge = defineBridge({
  name: "yaml",
  summary: "YAML 1.2 text.",
  methods: {
    encode: pure({
      summary:
        "Writes a value as YAML. Bytes become `!!binary`, times ISO 8601 text; functions and handles fail with `value.unsupported`.",
      input: { value: anyValue, options: encodeOptions },
      output: z.string(),
      run: ({ value, options }) => encode("yaml.encode", value, options),
    }),
    encodeAll: pure({
      summary: "Writes several YAML documents, each after a line `---`.",
      input: { values: z.array(anyValue), options: encodeOptions },
      output: z.string(),
      run: ({ values, options }) => values.map((value) => `---\n${encode("yaml.encodeAll", value, options)}`).join(""),
    }),
    decode: pure({
      summary:
        "Reads one YAML document; empty text is nil. Dates stay text; integers of 64 bits stay exact. Fails with `parse.invalid` " +
        "(line and column in its details) on bad syntax, a repeated key, an unknown tag, aliases that multiply or a second document.",
      input: { text: z.string() },
      output: anyValue,
      run: ({ text }) => {
        const [first, second] = decode("yaml.decode", text);
        if (second)
          throw parseError(
            "yaml.decode",
            "there is more than one document; use yaml.decodeAll",
            positionAt(text, second.start),
          );
        return first?.value ?? null;
      },
    }),
    decodeAll: pure({
      summary: "Reads all documents of a YAML stream.",
      input: { text: z.string() },
      output: z.array(anyValue),
      run: ({ text }) => decode("yaml.decodeAll", text).map(({ value }) => value),
    }),
  },
});

const SCHEMA: SchemaOptions = { schema: "core", customTags: ["binary"] };

function encode(method: string, value: ScriptValue, options: z.output<typeof encodeOptions>): string {
  const plain = toPlain(value ?? null, { method, bytes: (bytes) => bytes, sortKeys: options?.sortKeys });
  const settings: DocumentOptions & SchemaOptions & CreateNodeOptions = { ...SCHEMA, aliasDuplicateObjects: false };
  if (options?.flow) settings.flow = true;
  const document = new Document(plain, settings);
  return document.toString({ indent: options?.indent ?? 2, lineWidth: options?.flow ? 0 : (options?.lineWidth ?? 80) });
}

interface Decoded {
  value: ScriptValue;
  /** Where the document starts, in UTF-16 units. */
  start: number;
}

/** Brackets within each other at most: what the parser does for each grows with those around it. */
const MAX_BRACKETS = 500;

/** Throws `value.too_deep`. Brackets within texts and comments do not count. */
function refuseDeepBrackets(method: string, text: string): void {
  let open = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 91 || code === 123) deepest = Math.max(deepest, ++open);
    else if ((code === 93 || code === 125) && open > 0) open -= 1;
  }
  if (deepest <= MAX_BRACKETS) return;
  open = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") open += 1;
    else if (token === "]" || token === "}") open -= 1;
    if (open > MAX_BRACKETS) throw tooDeep(method);
  }
}

function decode(method: string, text: string): Decoded[] {
  refuseDeepBrackets(method, text);
  const lines = new LineCounter();
  // The parser's own check of repeated keys compares each with all others; `refuseRepeatedKeys` is linear.
  const settings: ParseOptions & DocumentOptions & SchemaOptions = {
    ...SCHEMA,
    lineCounter: lines,
    uniqueKeys: false,
    intAsBigInt: true,
    prettyErrors: false,
  };
  try {
    const documents = [...parseAllDocuments(text, settings)];
    return documents.map((document) => {
      const problem = document.errors[0] ?? document.warnings[0];
      if (problem && /call stack/.test(problem.message)) throw tooDeep(method, problem);
      if (problem) throw parseError(method, problem.message, place(lines, problem.pos[0]), problem);
      refuseRepeatedKeys(method, document, lines);
      const raw = document.toJS({ maxAliasCount: 100 }) as ScriptValue;
      return { value: fromYaml(method, raw, new Map()), start: document.range?.[0] ?? 0 };
    });
  } catch (cause) {
    if (LlmspellError.is(cause)) throw cause;
    if (cause instanceof RangeError) throw tooDeep(method, cause);
    throw parseError(method, cause instanceof Error ? cause.message : String(cause), {}, cause);
  }
}

function place(lines: LineCounter, offset: number): { offset: number; line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { offset, line, column: col };
}

function refuseRepeatedKeys(method: string, document: Document.Parsed | Document, lines: LineCounter): void {
  visit(document, {
    Map(_, map) {
      const keys = new Set<string>();
      for (const { key } of map.items) {
        const at = place(lines, (isNode(key) && key.range?.[0]) || 0);
        if (key !== null && !isScalar(key)) throw parseError(method, "a key is a list, a map or an alias", at);
        const name = String(key?.value ?? null);
        if (keys.has(name)) throw parseError(method, `the key "${name}" is repeated`, at);
        keys.add(name);
      }
    },
  });
}

function tooDeep(method: string, cause?: unknown): LlmspellError {
  return new LlmspellError("value.too_deep", `${method}: the text is nested too deeply`, { cause });
}

/**
 * Safe big integers as numbers, beyond 64 bits as floats. An aliased node is converted once and stays shared; while it
 * is being converted, `known` holds undefined for it. Throws `value.cycle` for a node that contains its own alias.
 */
function fromYaml(method: string, value: ScriptValue, known: Map<object, ScriptValue>): ScriptValue {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) || BigInt.asIntN(64, value) !== value ? number : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (known.has(value)) {
    const before = known.get(value);
    if (before !== undefined) return before;
    throw new LlmspellError("value.cycle", `${method}: a list or map contains its own alias`);
  }
  known.set(value, undefined);
  const converted = Array.isArray(value)
    ? value.map((item) => fromYaml(method, item, known))
    : fromMap(method, value as ScriptObject, known);
  known.set(value, converted);
  return converted;
}

function fromMap(method: string, map: ScriptObject, known: Map<object, ScriptValue>): ScriptObject {
  const object: ScriptObject = {};
  for (const [key, item] of Object.entries(map)) setKey(object, key, fromYaml(method, item, known));
  return object;
}
