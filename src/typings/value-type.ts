/**
 * A type of values that cross between a script and a bridge, in no language's notation. `name` is what a generator calls
 * a type that is worth a declaration of its own.
 */
export type ValueType =
  | { kind: "any" | "nil" | "boolean" | "string" | "bytes" | "time" | "error" }
  | { kind: "number" | "integer"; least?: number; most?: number }
  /** An object of user data. */
  | { kind: "data" }
  | { kind: "literal"; values: readonly (string | number | bigint | boolean | null)[] }
  | { kind: "list"; item: ValueType }
  | { kind: "tuple"; items: readonly ValueType[] }
  | { kind: "map"; value: ValueType }
  | ObjectType
  /** A string with fields besides. */
  | TextType
  | { kind: "handle"; type: string }
  | FunctionType
  | { kind: "union"; options: readonly ValueType[] }
  | { kind: "nullable"; inner: ValueType };

/** Which side of a schema is meant: what a caller may give, or what comes out. */
export type Side = "input" | "output";

interface Declared {
  fields: readonly Field[];
  side: Side;
  /** What its schema wants to be called. */
  title?: string;
  name?: string;
  /** It is met in lists that a caller gives, which scripts build up piece by piece. */
  listed?: boolean;
  /** It may have further fields, of any kind. */
  open?: boolean;
}

export interface ObjectType extends Declared {
  kind: "object";
}

export interface TextType extends Declared {
  kind: "text";
}

export interface FunctionType {
  kind: "function";
  parameters: readonly { name: string; type: ValueType }[];
  /** Absent: any. */
  result?: ValueType;
}

/** A field of an object, or a parameter of a method. Names are in camelCase. */
export interface Field {
  name: string;
  type: ValueType;
  optional: boolean;
  /** What the schema says of itself, and its default. */
  text: string;
}

/** The types that a type is made of, those of the fields of its objects included. */
export function partsOf(type: ValueType): readonly ValueType[] {
  switch (type.kind) {
    case "list":
      return [type.item];
    case "tuple":
      return type.items;
    case "map":
      return [type.value];
    case "object":
    case "text":
      return type.fields.map((field) => field.type);
    case "function":
      return [...type.parameters.map((parameter) => parameter.type), ...(type.result ? [type.result] : [])];
    case "union":
      return type.options;
    case "nullable":
      return [type.inner];
    default:
      return [];
  }
}
