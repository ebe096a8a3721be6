import { LlmspellError } from "../errors.ts";
import type { LenientOptions, Repair } from "./parse-lenient.ts";

/** An element: its text where it has neither attributes nor elements, else an object. */
export type XmlValue = string | { [name: string]: XmlValue | XmlValue[] };

const MAX_DEPTH = 256;
const MAX_ELEMENTS = 200_000;
const NAME = /[A-Za-z_:\u0080-\uffff][\w:.\-\u0080-\uffff]*/y;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

interface Element {
  name: string;
  value: Record<string, XmlValue | XmlValue[]>;
  text: string;
}

/**
 * Reads XML as models write it: an element is its text, or an object of its elements and attributes (`@name`), with its own
 * text under `#text`; elements of one name are a list. What is cut off is closed; stray `&` and `<`, attributes without
 * quotes and wrong closing tags are read as they are meant. Undefined where there is no element. Linear time.
 *
 * No document type and no entity but the five of XML and numbers is ever expanded. Throws `parse.invalid` for a document type,
 * and for more than 200,000 elements or 256 levels.
 */
export function readXml(text: string, options: LenientOptions = {}): { root: string; value: XmlValue } | undefined {
  return new XmlReader(text, options).read();
}

class XmlReader {
  readonly #text: string;
  readonly #repairs: Set<Repair>;
  readonly #open: Element[] = [];
  #at = 0;
  #elements = 0;
  #root: { root: string; value: XmlValue } | undefined;

  constructor(text: string, { repairs = new Set() }: LenientOptions) {
    this.#text = text;
    this.#repairs = repairs;
  }

  read(): { root: string; value: XmlValue } | undefined {
    while (this.#at < this.#text.length && !this.#root) {
      const next = this.#text.indexOf("<", this.#at);
      const end = next === -1 ? this.#text.length : next;
      this.#characters(this.#text.slice(this.#at, end));
      this.#at = end;
      if (next !== -1) this.#markup();
    }
    if (
      this.#root &&
      this.#text
        .slice(this.#at)
        .replace(/<!--[^]*?-->/g, "")
        .trim() !== ""
    )
      this.#repairs.add("prose around");
    if (!this.#root && this.#open.length > 0) {
      this.#repairs.add("cut off");
      while (this.#open.length > 0) this.#close();
    }
    return this.#root;
  }

  #characters(raw: string): void {
    const element = this.#open.at(-1);
    if (element) element.text += this.#decode(raw);
    else if (raw.trim() !== "") this.#repairs.add("prose around");
  }

  #markup(): void {
    if (this.#text.startsWith("<!--", this.#at)) return this.#skipTo("-->");
    if (this.#text.startsWith("<?", this.#at)) return this.#skipTo("?>");
    if (this.#text.startsWith("<![CDATA[", this.#at)) return this.#data();
    if (/^<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST)/i.test(this.#text.slice(this.#at, this.#at + 10))) throw documentType();
    if (this.#text[this.#at + 1] === "/") return this.#endTag();
    const name = this.#name(this.#at + 1);
    if (name === undefined) {
      // At the very end a tag has just begun.
      if (this.#at + 1 < this.#text.length && this.#open.length > 0) {
        this.#repairs.add("unescaped character");
        this.#characters("<");
      }
      this.#at += 1;
      return undefined;
    }
    return this.#startTag(name);
  }

  #startTag(name: string): void {
    this.#at += 1 + name.length;
    const value: Element["value"] = {};
    for (;;) {
      this.#blanks();
      const char = this.#text[this.#at];
      if (char === undefined) {
        this.#repairs.add("cut off");
        // Its name, or an attribute, may be cut.
        return undefined;
      }
      if (char === ">" || this.#text.startsWith("/>", this.#at)) break;
      const attribute = this.#name(this.#at);
      if (attribute === undefined) {
        if (char === "<") {
          this.#repairs.add("unclosed element");
          break;
        }
        this.#at += 1;
        continue;
      }
      this.#at += attribute.length;
      const given = this.#attribute();
      if (given === undefined) return undefined;
      put(value, `@${attribute}`, given);
    }
    this.#elements += 1;
    if (this.#elements > MAX_ELEMENTS) throw tooMuch(`more than ${MAX_ELEMENTS} elements`);
    if (this.#open.length >= MAX_DEPTH) throw tooMuch(`more than ${MAX_DEPTH} levels`);
    this.#open.push({ name, value, text: "" });
    if (this.#text[this.#at] === ">") this.#at += 1;
    else if (this.#text[this.#at] === "/") {
      this.#at += 2;
      this.#close();
    }
    return undefined;
  }

  /** The value behind an attribute's name; undefined where the text ends in it. */
  #attribute(): string | undefined {
    this.#blanks();
    if (this.#text[this.#at] !== "=") return "true";
    this.#at += 1;
    this.#blanks();
    const quote = this.#text[this.#at];
    const isQuoted = quote === '"' || quote === "'";
    const end = isQuoted ? this.#text.indexOf(quote, this.#at + 1) : this.#endOfBare();
    if (quote === undefined || end === -1) {
      this.#repairs.add("cut off");
      this.#at = this.#text.length;
      return undefined;
    }
    if (!isQuoted) this.#repairs.add("unquoted attribute");
    const raw = this.#text.slice(this.#at + (isQuoted ? 1 : 0), end);
    this.#at = end + (isQuoted ? 1 : 0);
    return this.#decode(raw);
  }

  #endOfBare(): number {
    let end = this.#at;
    while (end < this.#text.length && !/[\s>]/.test(this.#text[end] as string)) end += 1;
    return end;
  }

  #endTag(): void {
    const name = this.#name(this.#at + 2);
    const end = this.#text.indexOf(">", this.#at);
    this.#at = end === -1 ? this.#text.length : end + 1;
    if (end === -1) {
      this.#repairs.add("cut off");
      return;
    }
    if (!this.#open.some((element) => element.name === name)) {
      this.#repairs.add(this.#open.length > 0 ? "unclosed element" : "prose around");
      return;
    }
    while (this.#open.length > 0) {
      const isMeant = this.#open.at(-1)?.name === name;
      this.#close();
      if (isMeant) return;
      this.#repairs.add("unclosed element");
    }
  }

  #close(): void {
    const { name, value, text } = this.#open.pop() as Element;
    const own = text.trim();
    let made: XmlValue = own;
    if (Object.keys(value).length > 0) {
      if (own !== "") put(value, "#text", own);
      made = value;
    }
    const parent = this.#open.at(-1);
    if (!parent) this.#root = { root: name, value: made };
    else put(parent.value, name, made);
  }

  #data(): void {
    const start = this.#at + 9;
    const end = this.#text.indexOf("]]>", start);
    const element = this.#open.at(-1);
    if (element) element.text += this.#text.slice(start, end === -1 ? undefined : end);
    if (end === -1) this.#repairs.add("cut off");
    this.#at = end === -1 ? this.#text.length : end + 3;
  }

  #skipTo(mark: string): void {
    const end = this.#text.indexOf(mark, this.#at);
    if (end === -1) this.#repairs.add("cut off");
    this.#at = end === -1 ? this.#text.length : end + mark.length;
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at += 1;
  }

  #name(from: number): string | undefined {
    NAME.lastIndex = from;
    return NAME.exec(this.#text)?.[0];
  }

  #decode(raw: string): string {
    if (!raw.includes("&")) return raw;
    return raw.replace(
      /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([A-Za-z]\w*));|&/g,
      (whole, decimal, hex, name: string) => {
        const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex as string, 16) : undefined;
        if (code !== undefined && code > 0 && code <= 0x10ffff) return String.fromCodePoint(code);
        if (code === undefined && name && Object.hasOwn(ENTITIES, name)) return ENTITIES[name] as string;
        this.#repairs.add("unescaped character");
        return whole as string;
      },
    );
  }
}

function put(object: Element["value"], name: string, value: XmlValue): void {
  const before = Object.hasOwn(object, name) ? object[name] : undefined;
  if (Array.isArray(before)) {
    before.push(value);
    return;
  }
  const next = before === undefined ? value : [before, value];
  Object.defineProperty(object, name, { value: next, enumerable: true, configurable: true, writable: true });
}

function documentType(): LlmspellError {
  return new LlmspellError("parse.invalid", "the XML has a document type or entities of its own, which are refused", {
    hint: "Take the <!DOCTYPE ...> away: entities of a text can name files and grow without end.",
  });
}

function tooMuch(what: string): LlmspellError {
  return new LlmspellError("parse.invalid", `the XML has ${what}`);
}
