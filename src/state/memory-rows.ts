import { copyObject, type ScriptObject, type ScriptValue, setKey } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import type { Rows, Section } from "./rows.ts";

export type Sections = Readonly<Record<Section, ScriptObject>>;

export function emptySections(): Sections {
  return { data: {}, metadata: {}, artifacts: {}, messages: {}, versions: {}, contents: {}, schema: {} };
}

/** Rows in memory. Every change makes new sections that share what did not change. */
export class MemoryRows implements Rows {
  readonly #charge: (bytes: number) => void;
  #sections: Sections = emptySections();
  #size = 0;

  /** `charge` is told of every change of what the rows hold, in bytes. It may throw. */
  constructor(charge: (bytes: number) => void = () => {}, sections?: Sections) {
    this.#charge = charge;
    if (sections) this.#sections = sections;
  }

  get sections(): Sections {
    return this.#sections;
  }

  get(section: Section, key: string): ScriptValue {
    const rows = this.#sections[section];
    return Object.hasOwn(rows, key) ? rows[key] : undefined;
  }

  all(section: Section): ScriptObject {
    return this.#sections[section];
  }

  count(section: Section): number {
    return Object.keys(this.#sections[section]).length;
  }

  put(section: Section, key: string, value: ScriptValue, growth?: number): void {
    const before = this.get(section, key);
    if (before === value) return;
    const rows = copyObject(this.#sections[section]);
    if (value === undefined) delete rows[key];
    else setKey(rows, key, value);
    this.#sections = { ...this.#sections, [section]: rows };
    this.#book(growth ?? rowSize(key, value) - rowSize(key, before));
  }

  replace(section: Section, content: ScriptObject): void {
    const before = this.#sections[section];
    if (content === before) return;
    this.#sections = { ...this.#sections, [section]: content };
    this.#book(sizeOf(content) - sizeOf(before));
  }

  /** What `goBack` goes back to. */
  mark(): { sections: Sections; size: number } {
    return { sections: this.#sections, size: this.#size };
  }

  goBack({ sections, size }: { sections: Sections; size: number }): void {
    this.#sections = sections;
    this.#book(size - this.#size);
  }

  #book(bytes: number): void {
    this.#size += bytes;
    this.#charge(bytes);
  }
}

function rowSize(key: string, value: ScriptValue): number {
  return value === undefined ? 0 : key.length + 8 + sizeOf(value);
}
