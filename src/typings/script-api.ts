import type { BridgeDefinition, HandleDefinition, Method, Signature } from "../bridge/define-bridge.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { pascal } from "./pascal.ts";
import { describe, SchemaTypes } from "./schema-types.ts";
import { type Field, type ObjectType, partsOf, type TextType, type ValueType } from "./value-type.ts";

/** The script API as generators of declarations see it: what the bridges say, in no language's notation. */
export interface ScriptApi {
  globals: readonly ApiGlobal[];
  handles: readonly ApiHandle[];
  /** The types that are worth a declaration; each has a name. */
  types: readonly (ObjectType | TextType)[];
}

export interface ApiGlobal {
  name: string;
  aliases: readonly string[];
  summary: string;
  constants: Readonly<Record<string, ScriptValue>>;
  methods: readonly ApiMethod[];
  /** Members of other names are functions too. */
  open: boolean;
}

export interface ApiHandle {
  /** As the bridge names it: `llm.stream`. */
  type: string;
  summary: string;
  fields: readonly Field[];
  /** What an iteration gives. */
  iterates?: ValueType;
  /** The method that iterates. */
  iterator?: string;
  methods: readonly ApiMethod[];
}

export interface ApiMethod {
  name: string;
  summary: string;
  capability?: string;
  /** The most special first. */
  signatures: readonly ApiSignature[];
}

export interface ApiSignature {
  parameters: readonly Field[];
  rest?: { type: ValueType; text: string };
  result: ValueType;
  /** JavaScript gets a Promise. */
  waits: boolean;
  /** JavaScript gets a Promise where a function that was given is async. */
  follows: boolean;
}

/** Reads what scripts see of these bridges. */
export function scriptApiOf(bridges: readonly BridgeDefinition[]): ScriptApi {
  const types = new SchemaTypes();
  const shown = bridges.filter(
    ({ methods, constants = {} }) => methodsOf(methods).length > 0 || Object.keys(constants).length > 0,
  );
  const globals = shown.map(({ name, aliases = [], summary, constants = {}, methods, fallback }) => ({
    name,
    aliases,
    summary,
    constants,
    methods: methodsOf(methods).map((method) => readMethod(method, types)),
    open: fallback !== undefined,
  }));
  const handles = shown.flatMap((bridge) =>
    Object.entries(bridge.handles ?? {}).map(([type, handle]) => readHandle(type, handle, types)),
  );
  return { globals, handles, types: nameTypes(globals, handles) };
}

type NamedMethod = readonly [name: string, method: Method];

function methodsOf(methods: BridgeDefinition["methods"]): NamedMethod[] {
  return Object.entries(methods)
    .map(([name, method]) => [name, method as unknown as Method] as const)
    .filter(([, method]) => !method.internal);
}

function readHandle(type: string, handle: HandleDefinition, types: SchemaTypes): ApiHandle {
  const methods = methodsOf(handle.methods).map((method) => readMethod(method, types));
  const next = methods.find(({ name }) => name === handle.iterator)?.signatures[0]?.result;
  return {
    type,
    summary: handle.summary,
    fields: types.fields(handle.fields ?? {}, "output"),
    ...(next && handle.iterator !== undefined
      ? { iterates: next.kind === "nullable" ? next.inner : next, iterator: handle.iterator }
      : {}),
    methods,
  };
}

function readMethod([name, method]: NamedMethod, types: SchemaTypes): ApiMethod {
  const { summary, capability, input, output, signatures = [{ input, output }] } = method;
  return {
    name,
    summary,
    ...(capability === undefined ? {} : { capability }),
    signatures: signatures.map((signature) => readSignature(method, signature, types)),
  };
}

function readSignature(
  { rest, sync }: Method,
  { input, output, waits: always }: Signature,
  types: SchemaTypes,
): ApiSignature {
  const parameters = types.fields(input, "input");
  const result = types.of(output, "output");
  const waits = always ?? !sync;
  return {
    parameters,
    ...(rest ? { rest: { type: types.of(rest, "input"), text: describe(rest) } } : {}),
    result,
    waits,
    // What answers a handle keeps the function for later.
    follows: !waits && result.kind !== "handle" && parameters.some(({ type }) => takesFunction(type)),
  };
}

/** Whether the type is a function, or may be one. */
function takesFunction(type: ValueType): boolean {
  if (type.kind === "function") return true;
  return (
    (type.kind === "union" || type.kind === "nullable" || type.kind === "list") && partsOf(type).some(takesFunction)
  );
}

/** Objects with fewer fields are written where they are used. */
const FEWEST_FIELDS = 3;

/** Names the types that are worth it, after where they are met first, and lists them in that order. */
function nameTypes(globals: readonly ApiGlobal[], handles: readonly ApiHandle[]): (ObjectType | TextType)[] {
  const named = new Map<string, ObjectType | TextType>();
  const taken = new Set(handles.map(({ type }) => pascal(type)));
  const seen = new Set<ValueType>();
  /** `path` leads from the bridge to the type. */
  const visit = (type: ValueType, path: readonly string[]): void => {
    if (seen.has(type)) return;
    seen.add(type);
    if (type.kind === "text" || (type.kind === "object" && type.fields.length >= FEWEST_FIELDS)) {
      type.name = freeName(type, path, taken);
      taken.add(type.name);
      named.set(type.name, type);
    }
    if (type.kind === "object" || type.kind === "text") {
      for (const field of type.fields) visit(field.type, [...path, field.name]);
    } else if (type.kind === "list") {
      for (const item of type.item.kind === "union" ? type.item.options : [type.item])
        if (item.kind === "object") item.listed = true;
      visit(type.item, [...path.slice(0, -1), singular(path.at(-1) as string)]);
    } else if (type.kind === "function") {
      for (const parameter of type.parameters) visit(parameter.type, [...path, parameter.name]);
      if (type.result) visit(type.result, path);
    } else {
      for (const part of partsOf(type)) visit(part, path);
    }
  };
  const owners = [
    ...globals.map(({ name, methods }) => ({ owner: name, fields: [], methods })),
    ...handles.map(({ type, fields, methods }) => ({ owner: type, fields, methods })),
  ];
  // Results come first: theirs are the names that a script's own annotations would use.
  for (const { owner, fields, methods } of owners) {
    for (const field of fields) visit(field.type, [owner, field.name]);
    for (const { name, signatures } of methods)
      for (const { result } of signatures) visit(result, [owner, name, result.kind === "text" ? "answer" : "result"]);
  }
  for (const { owner, methods } of owners) {
    for (const { name, signatures } of methods) {
      for (const { parameters, rest } of signatures) {
        for (const parameter of parameters) visit(parameter.type, [owner, name, parameter.name]);
        if (rest) visit(rest.type, [owner, name, "rest"]);
      }
    }
  }
  return [...named.values()];
}

/** `llm.chat.options` is LlmOptions, where that is another type LlmChatOptions, and so on. */
function freeName({ title, side }: ObjectType | TextType, path: readonly string[], taken: ReadonlySet<string>): string {
  const [owner = "", ...rest] = path;
  const titled = title === undefined ? undefined : pascal(owner.split(".")[0] as string) + title;
  const least = ["result", "item"].includes(rest.at(-1) ?? "") ? 2 : 1;
  const counts = Array.from({ length: Math.max(0, rest.length - least + 1) }, (_, index) => index + least);
  const names = [
    ...(titled === undefined ? [] : side === "input" ? [titled, `${titled}Input`] : [titled]),
    ...counts.map((count) => [owner, ...rest.slice(-count)].map(pascal).join("")),
  ];
  const whole = path.map(pascal).join("");
  const free = names.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  for (let number = 2; ; number++) if (!taken.has(`${whole}${number}`)) return `${whole}${number}`;
}

function singular(name: string): string {
  return name === "result" ? "item" : name.replace(/ies$/, "y").replace(/(?<!s)s$/, "");
}
