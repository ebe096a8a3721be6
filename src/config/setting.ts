/** What a setting is, as plain data: from it come validation, the types, the JSON Schema and the documentation. */

interface Common {
  /** One or two sentences for the documentation and editors. */
  summary: string;
}

interface Leaf extends Common {
  /** As the documentation shows it, where there is one: `64MB`, `the current folder`. */
  default?: string;
  /** Never shown, not even in an error. */
  secret?: true;
  /** Why it has no effect in this version: told by `config check`. */
  unused?: string;
  /**
   * What a project's file may not do with it by itself, as whoever wrote the project wrote the file: `user`: say
   * anything; `inside`: name a path outside of the project; `public`: name a host of a private network; `lower`: exceed
   * what the user's own configuration says.
   */
  guard?: "user" | "inside" | "public" | "lower";
}

export interface TextSetting extends Leaf {
  type: "text";
  /** Checks beyond being text, by name. */
  form?: "url";
}
export interface FlagSetting extends Leaf {
  type: "flag";
  /** Why one of the two values is refused. */
  refused?: { value: boolean; why: string };
}
/** A number; `whole` without fraction. */
export interface NumberSetting extends Leaf {
  type: "number";
  least: number;
  whole?: true;
}
/** Milliseconds, written with a unit. */
export interface DurationSetting extends Leaf {
  type: "duration";
  least?: number;
}
/** Bytes, written with a unit. */
export interface SizeSetting extends Leaf {
  type: "size";
  least?: number;
}
/** A path, absolute once read. `words` stand for themselves. */
export interface PathSetting extends Leaf {
  type: "path";
  words?: readonly string[];
}
export interface ChoiceSetting extends Leaf {
  type: "choice";
  choices: readonly string[];
  /** Known values that are refused, with the reason. */
  refused?: Readonly<Record<string, string>>;
}
export interface ListSetting extends Leaf {
  type: "list";
  of: TextSetting | PathSetting | ChoiceSetting;
}

export type LeafSetting =
  | TextSetting
  | FlagSetting
  | NumberSetting
  | DurationSetting
  | SizeSetting
  | PathSetting
  | ChoiceSetting
  | ListSetting;

export interface GroupSetting extends Common {
  type: "group";
  members: Readonly<Record<string, Setting>>;
}
/** A group whose keys the user chooses. */
export interface MapSetting extends Common {
  type: "map";
  /** What a key is, for the documentation: `PROVIDER`. */
  key: string;
  of: GroupSetting | TextSetting;
}

export type Setting = LeafSetting | GroupSetting | MapSetting;

export type ConfigValue = string | number | boolean | readonly string[];

/** What a setting's value is in code. */
type ValueOf<S> = S extends { type: "flag" }
  ? boolean
  : S extends { type: "number" | "duration" | "size" }
    ? number
    : S extends { type: "list" }
      ? readonly string[]
      : S extends { type: "text" | "path" | "choice" }
        ? string
        : never;

/** What stands at a dotted path of a setting. */
export type ValueAt<S, P extends string> = P extends `${infer Head}.${infer Rest}`
  ? S extends { type: "group"; members: infer M }
    ? Head extends keyof M
      ? ValueAt<M[Head], Rest>
      : never
    : S extends { type: "map"; of: infer O }
      ? ValueAt<O, Rest>
      : never
  : S extends { type: "group"; members: infer M }
    ? P extends keyof M
      ? ValueOf<M[P]>
      : never
    : S extends { type: "map"; of: infer O }
      ? ValueOf<O>
      : never;

export function isLeaf(setting: Setting): setting is LeafSetting {
  return setting.type !== "group" && setting.type !== "map";
}
