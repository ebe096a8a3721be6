import { LlmspellError } from "../../errors.ts";
import { compilePattern, compileSchema } from "../../schemas/compile-schema.ts";
import type { JsonSchema } from "../../schemas/json-schema.ts";
import { pickBest, title } from "./answer.ts";
import { chooseOption } from "./choose-option.ts";
import {
  formatIn,
  humanize,
  labelled,
  namesIn,
  numberFor,
  numbersIn,
  quoted,
  sentenceFor,
  sentimentOf,
} from "./find-values.ts";
import type { Task } from "./read-prompt.ts";
import { samplePattern } from "./sample-pattern.ts";
import { keywords, listItems, sentences, stripBullet, topKeywords } from "./text.ts";

const QUESTIONS = [
  "What is S, and how does it work?",
  "What are the main benefits of S?",
  "What are the limits, costs and risks of S?",
  "What are the alternatives to S?",
  "What could change S in the next years?",
  "Which figures and sources are there on S?",
];
const POINTS = [
  "S: what it is and how it works",
  "S: main benefits",
  "S: limits, costs and risks",
  "S: alternatives",
  "S: outlook",
  "S: figures and sources",
];

const MAX_DEPTH = 24;
/** What a schema may ask for at least: more is no use, and takes the worker's time. */
const MOST_ITEMS = 10_000;
const MOST_LENGTH = 100_000;
const NOTHING = Symbol("llmspell.nothing");
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  email: "unknown@example.com",
  uri: "https://example.com/",
  url: "https://example.com/",
  "uri-reference": "/",
  date: "1970-01-01",
  time: "00:00:00Z",
  "date-time": "1970-01-01T00:00:00Z",
  duration: "PT0S",
  uuid: "00000000-0000-0000-0000-000000000000",
  ipv4: "0.0.0.0",
  ipv6: "::",
  hostname: "example.com",
  regex: ".*",
  "json-pointer": "",
};

/** What a value is wanted for. */
interface Place {
  /** Property name in words, `""` at the root. */
  name: string;
  /** Name and description, for matching. */
  hint: string;
  text: string;
  depth: number;
  /** Whether a neutral value may stand in when the text has none. */
  required: boolean;
  /** Within an array: which item, from 0. Its text is one piece of the whole. */
  index?: number;
}

/**
 * Makes a value of a schema out of what a prompt says: labelled values, numbers next to their names, options that the text
 * mentions, names, dates, addresses, list items, fitting sentences. What the text does not say becomes a neutral value
 * (0, false, the text's subject) where it is required, and is left out where it is not. The result is validated; throws
 * `provider.no_object` when the schema is beyond it.
 */
export function fillSchema(schema: JsonSchema, task: Task): unknown {
  const text = task.material === "" ? task.prompt : task.material;
  const filler = new SchemaFiller(schema, task);
  const compiled = compileSchema(schema);
  const attempt = (source: string): unknown =>
    filler.valueFor(schema, { name: "", hint: task.question, text: source, depth: 0, required: true });
  let problems: readonly unknown[] = [];
  for (const source of [text, ""]) {
    const value = attempt(source);
    const found = value === NOTHING ? [] : compiled.problems(value);
    if (value !== NOTHING && found.length === 0) return value;
    if (source === text) problems = found;
  }
  throw new LlmspellError("provider.no_object", "the offline model cannot make a value that fits this schema", {
    details: { provider: "offline", model: "offline", problems },
    hint: "Configure a language model for schemas of this kind.",
  });
}

class SchemaFiller {
  readonly #root: JsonSchema;
  readonly #task: Task;

  constructor(root: JsonSchema, task: Task) {
    this.#root = root;
    this.#task = task;
  }

  valueFor(schema: unknown, place: Place): unknown {
    if (schema === true || schema === undefined) return this.#string({}, place);
    if (!isObject(schema) || place.depth > MAX_DEPTH) return NOTHING;
    if (typeof schema.$ref === "string")
      return this.valueFor({ ...this.#resolve(schema.$ref), ...without(schema, "$ref") }, deeper(place));
    if ("const" in schema) return schema.const;
    const described =
      typeof schema.description === "string" ? { ...place, hint: `${place.hint} ${schema.description}` } : place;
    if (Array.isArray(schema.enum)) return this.#enum(schema.enum, described);
    if (Array.isArray(schema.allOf)) return this.valueFor(this.#merge(schema), deeper(described));
    const branches = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(branches)) return this.#oneOf(schema, branches, described);
    switch (typeOf(schema)) {
      case "object":
        return this.#object(schema, described);
      case "array":
        return this.#array(schema, described);
      case "integer":
      case "number":
        return this.#number(schema, described);
      case "boolean":
        return this.#boolean(described);
      case "null":
        return null;
      default:
        return this.#string(schema, described);
    }
  }

  #resolve(reference: string): JsonSchema {
    let node: unknown = this.#root;
    for (const part of reference
      .replace(/^#\/?/, "")
      .split("/")
      .filter((each) => each !== "")) {
      const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
      node = isObject(node) || Array.isArray(node) ? (node as Record<string, unknown>)[key] : undefined;
    }
    return isObject(node) ? node : {};
  }

  #merge(schema: JsonSchema): JsonSchema {
    const merged: Record<string, unknown> = without(schema, "allOf");
    for (const raw of schema.allOf as unknown[]) {
      const part = isObject(raw) && typeof raw.$ref === "string" ? this.#resolve(raw.$ref) : raw;
      if (!isObject(part)) continue;
      for (const [key, value] of Object.entries(part)) {
        if (key === "properties" && isObject(value))
          merged.properties = { ...(isObject(merged.properties) ? merged.properties : {}), ...value };
        else if (key === "required" && Array.isArray(value))
          merged.required = [...(Array.isArray(merged.required) ? merged.required : []), ...(value as unknown[])];
        else merged[key] = value;
      }
    }
    return merged;
  }

  /** The first branch that says something from the text, else the first that can be filled at all; null last. */
  #oneOf(schema: JsonSchema, branches: unknown[], place: Place): unknown {
    const base = without(without(schema, "anyOf"), "oneOf");
    const joined = branches.map((branch) => (isObject(branch) ? { ...base, ...branch } : branch));
    const ordered = joined.toSorted((a, b) => Number(isNull(a)) - Number(isNull(b)));
    const nullable = ordered.some(isNull);
    for (const branch of ordered) {
      const value = this.valueFor(branch, { ...deeper(place), required: false });
      if (value !== NOTHING && this.#fits(branch, value)) return value;
    }
    if (nullable) return null;
    for (const branch of ordered) {
      const value = this.valueFor(branch, deeper(place));
      if (value !== NOTHING && this.#fits(branch, value)) return value;
    }
    return NOTHING;
  }

  #fits(schema: unknown, value: unknown): boolean {
    if (!isObject(schema)) return true;
    const definitions = {
      ...(this.#root.$defs ? { $defs: this.#root.$defs } : {}),
      ...(this.#root.definitions ? { definitions: this.#root.definitions } : {}),
    };
    return compileSchema({ ...definitions, ...schema }).problems(value).length === 0;
  }

  #enum(options: unknown[], place: Place): unknown {
    const names = options.filter((option) => typeof option === "string");
    if (names.length === 0) {
      const number = numberFor(place.text, keywords(place.hint));
      return options.includes(number) ? number : (options.find((option) => option !== null) ?? null);
    }
    const said = place.name === "" ? undefined : labelled(place.text, place.name);
    return chooseOption(names, said ?? place.text, place.hint);
  }

  #object(schema: JsonSchema, place: Place): unknown {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const required = new Set(Array.isArray(schema.required) ? (schema.required as unknown[]) : []);
    const result: Record<string, unknown> = {};
    const least = typeof schema.minProperties === "number" ? schema.minProperties : 0;
    for (const [key, child] of Object.entries(properties)) {
      const must = required.has(key);
      const name = humanize(key);
      const value = this.valueFor(child, {
        name,
        hint: name,
        required: must || Object.keys(result).length < least,
        ...inside(place),
      });
      if (value !== NOTHING) result[key] = value;
    }
    for (const key of required) {
      if (typeof key !== "string" || key in result) continue;
      const extra = isObject(schema.additionalProperties) ? schema.additionalProperties : {};
      const value = this.valueFor(properties[key] ?? extra, {
        name: humanize(key),
        hint: humanize(key),
        required: true,
        ...inside(place),
      });
      if (value !== NOTHING) result[key] = value;
    }
    if (!place.required && Object.keys(result).length === 0) return NOTHING;
    return result;
  }

  #array(schema: JsonSchema, place: Place): unknown {
    const least = typeof schema.minItems === "number" ? schema.minItems : 0;
    if (least > MOST_ITEMS) return NOTHING;
    const most = typeof schema.maxItems === "number" ? schema.maxItems : 10;
    if (Array.isArray(schema.prefixItems))
      return (schema.prefixItems as unknown[]).map((item) => this.valueFor(item, { ...deeper(place), required: true }));
    const items = isObject(schema.items) ? this.#expand(schema.items) : {};
    const values: unknown[] = [];
    const add = (value: unknown): void => {
      if (value === NOTHING || values.length >= most) return;
      if (schema.uniqueItems === true && values.some((each) => JSON.stringify(each) === JSON.stringify(value))) return;
      values.push(value);
    };
    const kind = typeOf(items);
    if (kind === "number" || kind === "integer") {
      for (const { value } of numbersIn(place.text))
        if (kind === "number" || Number.isInteger(value)) add(this.#bounded(items, value));
    } else if (Array.isArray(items.enum)) {
      const lower = place.text.toLowerCase();
      for (const option of items.enum as unknown[])
        if (typeof option === "string" && lower.includes(option.toLowerCase())) add(option);
    } else {
      for (const segment of this.#segments(place, kind, Math.max(least, Math.min(most, kind === "object" ? 5 : 10)))) {
        add(
          kind === "object" || kind === "array"
            ? this.valueFor(items, { ...deeper(place), text: segment, required: true, index: values.length })
            : this.#shaped(items, segment),
        );
      }
    }
    for (let extra = 0; values.length < least && extra < least + 20; extra++) {
      const filler = this.valueFor(items, { ...deeper(place), required: true, index: values.length });
      if (filler === NOTHING) break;
      const unique =
        typeof filler === "string" && values.includes(filler)
          ? `${filler} ${extra + 1}`
          : typeof filler === "number"
            ? filler + extra
            : filler;
      add(unique);
    }
    return !place.required && values.length === 0 ? NOTHING : values;
  }

  #expand(items: JsonSchema): JsonSchema {
    return typeof items.$ref === "string" ? this.#resolve(items.$ref) : items;
  }

  /** The pieces of a text that an array's items may be made of. */
  #segments(place: Place, kind: string, count: number): string[] {
    const { text, name, hint } = place;
    const said = name === "" ? undefined : labelled(text, name);
    if (said !== undefined && kind !== "object")
      return said
        .replace(/^\[|\]$/g, "")
        .split(/,| and |;/)
        .map((part) => part.trim().replace(/^["']|["'.]$/g, ""))
        .filter((part) => part !== "")
        .slice(0, count);
    const material = this.#task.material === "" ? "" : text;
    const wanted = `${name} ${hint}`.toLowerCase();
    if (material === "") return this.#invented(wanted, count);
    const items = listItems(material);
    if (items.length > 0) return items.slice(0, count);
    if (/keyword|tag|topic|term/.test(wanted)) return topKeywords(material, Math.min(count, 5));
    if (
      /name|person|people|place|cit|countr|compan|organi|entit|author|character/.test(wanted) &&
      namesIn(material).length > 0
    )
      return namesIn(material).slice(0, count);
    return pickBest(sentences(material), hint, material, Math.min(count, kind === "object" ? 5 : 3));
  }

  /** Without material nothing is known: a few questions or points about the subject. */
  #invented(wanted: string, count: number): string[] {
    const subject = this.#task.subject || "the subject";
    if (/keyword|tag|term/.test(wanted)) return topKeywords(subject, Math.min(count, 5));
    const frames = /question|quer|search/.test(wanted) ? QUESTIONS : POINTS;
    return frames.slice(0, count).map((frame) => frame.replace("S", subject));
  }

  #number(schema: JsonSchema, place: Place): unknown {
    const said = place.name === "" ? undefined : labelled(place.text, place.name);
    const direct = said === undefined ? undefined : numbersIn(said)[0]?.value;
    let value = direct ?? (place.text === "" ? undefined : numberFor(place.text, keywords(place.hint)));
    if (
      value === undefined &&
      place.index !== undefined &&
      /\b(?:day|step|number|index|order|rank|position|id|priority)\b/.test(place.name)
    )
      value = place.index + 1;
    if (value === undefined && /sentiment|score|rating|polarity/.test(place.hint) && place.text !== "") {
      const low = typeof schema.minimum === "number" ? schema.minimum : 0;
      const high = typeof schema.maximum === "number" ? schema.maximum : 1;
      value = (low + high) / 2 + (Math.max(-3, Math.min(3, sentimentOf(place.text))) / 6) * (high - low);
    }
    if (value === undefined && !place.required) return NOTHING;
    return this.#bounded(schema, value ?? (typeof schema.default === "number" ? schema.default : 0));
  }

  #bounded(schema: JsonSchema, given: number): number {
    const whole = typeOf(schema) === "integer";
    const step = typeof schema.multipleOf === "number" && schema.multipleOf > 0 ? schema.multipleOf : whole ? 1 : 0;
    const nudge = step || 1e-6;
    let low = typeof schema.minimum === "number" ? schema.minimum : -Infinity;
    let high = typeof schema.maximum === "number" ? schema.maximum : Infinity;
    if (typeof schema.exclusiveMinimum === "number") low = Math.max(low, schema.exclusiveMinimum + nudge);
    if (typeof schema.exclusiveMaximum === "number") high = Math.min(high, schema.exclusiveMaximum - nudge);
    const inside = Math.min(high, Math.max(low, given));
    if (step === 0) return inside;
    const rounded = Math.round(inside / step) * step;
    const fixed =
      rounded < low ? Math.ceil(low / step) * step : rounded > high ? Math.floor(high / step) * step : rounded;
    return Number(fixed.toPrecision(15));
  }

  #boolean(place: Place): unknown {
    const said = place.name === "" ? undefined : labelled(place.text, place.name);
    if (said !== undefined) return !/^(?:no|false|not|never|none|0|off)\b/i.test(said);
    const hints = keywords(place.hint);
    if (/positive/.test(place.hint)) return sentimentOf(place.text) >= 0;
    if (/negative/.test(place.hint)) return sentimentOf(place.text) < 0;
    const sentence = sentenceFor(place.text, place.hint);
    if (sentence === undefined || !hints.some((hint) => keywords(sentence).includes(hint)))
      return place.required ? false : NOTHING;
    return !/\b(?:no|not|never|without|isn't|aren't|doesn't|don't|cannot|can't|un\w+able)\b/i.test(sentence);
  }

  #string(schema: JsonSchema, place: Place): unknown {
    const format = typeof schema.format === "string" ? schema.format : undefined;
    const found = this.#found(schema, place, format);
    if (found === undefined) {
      if (!place.required) return NOTHING;
      if (typeof schema.default === "string") return schema.default;
      return this.#shaped(schema, format !== undefined ? (PLACEHOLDERS[format] ?? "") : this.#spare(place));
    }
    return this.#shaped(schema, found);
  }

  #found(schema: JsonSchema, place: Place, format: string | undefined): string | undefined {
    const { text, name, hint } = place;
    if (text === "") return undefined;
    const said = name === "" ? undefined : labelled(text, name);
    if (format !== undefined) return formatIn(said ?? text, format);
    if (typeof schema.pattern === "string") return matchIn(schema.pattern, said ?? text);
    if (said !== undefined) return firstClause(said);
    const material = this.#task.material === "" ? "" : text;
    const wanted = `${name} ${hint}`.toLowerCase();
    for (const [word, kind] of [
      ["email", "email"],
      ["e mail", "email"],
      ["url", "uri"],
      ["link", "uri"],
      ["website", "uri"],
      ["date", "date"],
    ] as const) {
      if (new RegExp(`\\b${word}\\b`).test(name)) return formatIn(text, kind);
    }
    if (/\btitle|headline\b/.test(name)) return title(material || this.#task.subject);
    if (
      /summary|abstract|answer|explanation|description|reason|content|text|result|output|conclusion|overview/.test(
        name,
      ) ||
      name === ""
    ) {
      if (material !== "") return pickBest(sentences(material), this.#task.question, material, 2).join(" ");
      return undefined;
    }
    if (
      /\b(?:name|person|author|customer|company|city|country|place|location|product|who|recipient|sender|organization)\b/.test(
        wanted,
      )
    ) {
      const names = namesIn(text);
      const located = /city|country|place|location/.test(wanted)
        ? /\b(?:in|at|from|to|near) (\p{Lu}[\p{L}-]*(?: \p{Lu}[\p{L}-]*){0,3})/u.exec(text)?.[1]
        : undefined;
      if (located !== undefined) return located;
      const near = nearest(text, names, keywords(name));
      if (near !== undefined) return near;
    }
    const near = sentenceFor(material, hint);
    return near ?? (place.required ? quoted(text) : undefined);
  }

  /** What a required text holds when the prompt says nothing that fits. */
  #spare(place: Place): string {
    const subject = this.#task.subject;
    if (place.index !== undefined && place.text !== "" && !/name|email|phone|date|id\b/.test(place.name))
      return sentences(place.text)[0] ?? place.text;
    if (place.name === "" || subject === "") return subject || "unknown";
    return /name|email|phone|address|date|id\b/.test(place.name) ? "unknown" : subject;
  }

  /** Makes a text fit length and pattern. */
  #shaped(schema: JsonSchema, text: string): unknown {
    let value = stripBullet(text);
    if (typeof schema.pattern === "string" && !compilePattern(schema.pattern)(value))
      value = samplePattern(schema.pattern) ?? value;
    const least = typeof schema.minLength === "number" ? schema.minLength : 0;
    if (least > MOST_LENGTH) return NOTHING;
    const most = typeof schema.maxLength === "number" ? schema.maxLength : Infinity;
    if ([...value].length > most) value = [...value].slice(0, most).join("").trimEnd().padEnd(least, ".");
    while ([...value].length < least)
      value += value === "" ? "unknown" : ` ${value}`.slice(0, least - [...value].length);
    return value;
  }
}

function matchIn(pattern: string, text: string): string | undefined {
  const fits = compilePattern(pattern);
  const candidates = [...text.split(/[\s,;]+/), ...sentences(text)].map((each) =>
    each.replace(/^["'(]+|["').,:;!?]+$/g, ""),
  );
  return candidates.slice(0, 5000).find((each) => each !== "" && fits(each));
}

/** `Ada Lovelace, age: 36` holds only the name. */
function firstClause(text: string): string {
  return (
    text
      .split(/,\s*(?=[\p{L} ]{2,20}\s*[:=])|\s{2,}|\. (?=\p{Lu})/u, 1)[0]
      ?.replace(/[.,]$/, "")
      .trim() ?? text
  );
}

/** The name that stands nearest to one of the words, else the first. */
function nearest(text: string, names: readonly string[], hints: readonly string[]): string | undefined {
  const lower = text.toLowerCase();
  let best: { name: string; distance: number } | undefined;
  for (const hint of hints) {
    const at = lower.indexOf(hint);
    if (at < 0) continue;
    for (const name of names) {
      const distance = Math.abs(text.indexOf(name) - at);
      if (!best || distance < best.distance) best = { name, distance };
    }
  }
  return best?.name ?? names[0];
}

function typeOf(schema: JsonSchema): string {
  const types = Array.isArray(schema.type) ? (schema.type as unknown[]) : [schema.type];
  const type = types.find((each) => each !== "null" && each !== undefined) ?? types[0];
  if (typeof type === "string") return type;
  if (isObject(schema.properties) || Array.isArray(schema.required)) return "object";
  if (schema.items !== undefined || schema.prefixItems !== undefined) return "array";
  return schema.minimum !== undefined || schema.maximum !== undefined ? "number" : "string";
}

const inside = (place: Place): Pick<Place, "text" | "depth" | "index"> => ({
  text: place.text,
  depth: place.depth + 1,
  ...(place.index === undefined ? {} : { index: place.index }),
});
const deeper = (place: Place): Place => ({ ...place, depth: place.depth + 1 });
const isNull = (schema: unknown): boolean => isObject(schema) && schema.type === "null";

function without(schema: JsonSchema, key: string): JsonSchema {
  const { [key]: _, ...rest } = schema;
  return rest;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
