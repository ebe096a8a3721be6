/** A session's loop in JavaScript. What it uses it keeps in constants, as inputs may change any global. */
export const JAVASCRIPT_SCRIPT = String.raw`
const host = globalThis.repl;
delete globalThis.repl;
const run = globalThis.eval;
const { apply, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
const { stringify } = JSON;
const { isArray } = Array;
const ObjectPrototype = Object.prototype;
const FunctionPrototype = Function.prototype;
const kindOf = (value) => apply(ObjectPrototype.toString, value, []).slice(8, -1);
const sourceOf = (fn) => apply(FunctionPrototype.toString, fn, []);

const MOST_ITEMS = 100, MOST_DEPTH = 5, MOST_TEXT = 2000, MOST_SHOWN = 50000;
const isName = (key) => typeof key === "string" && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key);

const quoted = (text) => text.length > MOST_TEXT
  ? stringify(text.slice(0, MOST_TEXT)) + "… (" + text.length + " long)"
  : stringify(text);

// A text of several lines reads best as it is.
const longText = (text) => text.includes("\n") && text.length <= MOST_SHOWN
  ? "${"`"}" + text.replace(/[\\${"`"}]|\$(?=\{)/g, "\\$&") + "${"`"}"
  : undefined;

function enclose(open, parts, left, close, indent, width) {
  if (left > 0) parts.push("/* " + left + " more */");
  const bracket = open.at(-1) === "[";
  const line = bracket ? open + parts.join(", ") + close : open + " " + parts.join(", ") + " " + close;
  if (line.length + indent.length <= width && left === 0 && !line.includes("\n")) return line;
  return open + "\n" + parts.map((part) => indent + "  " + part).join(",\n") + "\n" + indent + close;
}

function constructorOf(value) {
  for (let at = value, depth = 0; at !== null && depth < 20; at = getPrototypeOf(at), depth++) {
    const found = getOwnPropertyDescriptor(at, "constructor")?.value;
    if (typeof found === "function") return getOwnPropertyDescriptor(found, "name")?.value || undefined;
  }
  return undefined;
}

function showFunction(value) {
  const name = getOwnPropertyDescriptor(value, "name")?.value;
  const what = /^class\b/.test(sourceOf(value)) ? "class" : "Function";
  return typeof name === "string" && name !== "" ? "[" + what + ": " + name + "]" : "[" + what + "]";
}

function showMembers(value, context, skip) {
  const parts = [];
  let left = 0;
  for (const key of ownKeys(value)) {
    const descriptor = getOwnPropertyDescriptor(value, key);
    if (!descriptor?.enumerable || skip?.(key)) continue;
    if (parts.length >= MOST_ITEMS) { left++; continue; }
    const name = typeof key === "symbol" ? "[" + String(key) + "]" : isName(key) ? key : stringify(key);
    const shown = "value" in descriptor ? show(descriptor.value, context) : descriptor.get ? "[Getter]" : "[Setter]";
    parts.push(name + ": " + shown);
  }
  return { parts, left };
}

function showItems(items, count, context) {
  const parts = [];
  for (const item of items) {
    if (parts.length >= MOST_ITEMS) break;
    parts.push(item(context));
  }
  return { parts, left: Math.max(0, count - parts.length) };
}

function* arrayItems(array) {
  for (let i = 0; i < array.length; i++) {
    const descriptor = getOwnPropertyDescriptor(array, i);
    yield (context) => descriptor === undefined ? "" : "value" in descriptor ? show(descriptor.value, context) : "[Getter]";
  }
}

function showObject(value, { indent, depth, seen, width }) {
  if (seen.includes(value)) return "[Circular]";
  const kind = kindOf(value);
  const name = constructorOf(value);
  if (kind === "Date") return Number.isNaN(+value) ? "Invalid Date" : apply(Date.prototype.toISOString, value, []);
  if (kind === "RegExp") return String(value);
  if (kind === "Error") return showError(value);
  if (kind === "String") return quoted(String(value));
  if (kind === "Promise") return "Promise {}";
  if (kind.includes(".") || kind === "channel") return "[" + kind + "]";
  const context = { indent: indent + "  ", depth: depth - 1, seen: [...seen, value], width };
  const shorten = (short) => depth <= 0 ? short : undefined;
  if (isArray(value)) {
    if (value.length === 0) return "[]";
    const { parts, left } = shorten(true) ? { parts: ["…"], left: 0 } : showItems(arrayItems(value), value.length, context);
    return enclose("[", parts, left, "]", indent, width);
  }
  if (value instanceof Map || value instanceof Set) {
    const prefix = name + "(" + value.size + ") {";
    if (value.size === 0) return prefix + "}";
    if (depth <= 0) return prefix + "…}";
    const isMap = value instanceof Map;
    const items = function* () {
      for (const item of value) yield (inner) => isMap ? show(item[0], inner) + " => " + show(item[1], inner) : show(item, inner);
    };
    const { parts, left } = showItems(items(), value.size, context);
    return enclose(prefix, parts, left, "}", indent, width);
  }
  if (ArrayBuffer.isView(value) && typeof value.length === "number") {
    if (depth <= 0) return name + "(" + value.length + ") […]";
    const { parts, left } = showItems(arrayItems(value), value.length, context);
    return enclose(name + "(" + value.length + ") [", parts, left, "]", indent, width);
  }
  if (kind === "ArrayBuffer") return "ArrayBuffer(" + value.byteLength + ")";
  const prefix = name === undefined || name === "Object" ? "" : name + " ";
  if (depth <= 0) return prefix + "{…}";
  const { parts, left } = showMembers(value, context);
  return parts.length === 0 ? prefix + "{}" : enclose(prefix + "{", parts, left, "}", indent, width);
}

function showError(error) {
  const name = typeof error.name === "string" ? error.name : "Error";
  const code = typeof error.code === "string" ? " [" + error.code + "]" : "";
  return "[" + name + code + ": " + String(error.message).slice(0, MOST_TEXT) + "]";
}

function show(value, context) {
  switch (typeof value) {
    case "string": return quoted(value);
    case "bigint": return value + "n";
    case "symbol": return String(value);
    case "function": return showFunction(value);
    case "object": return value === null ? "null" : showObject(value, context);
    default: return value === 0 && 1 / value < 0 ? "-0" : String(value);
  }
}

function showTop(value, width) {
  const text = typeof value === "string" ? value : typeof value === "object" && value !== null && kindOf(value) === "String" ? String(value) : undefined;
  const shown = (text === undefined ? undefined : longText(text)) ?? show(value, { indent: "", depth: MOST_DEPTH, seen: [], width });
  return shown.length > MOST_SHOWN ? shown.slice(0, MOST_SHOWN) + "…" : shown;
}

function failure(thrown) {
  if (thrown instanceof Error) return { error: thrown };
  try {
    return { thrown: showTop(thrown, 80) };
  } catch {
    return { thrown: typeof thrown };
  }
}

function declare(names) {
  for (const name of names) {
    if (!(name in globalThis)) globalThis[name] = undefined;
  }
}

function describe(value) {
  if (value === null) return "null";
  if (typeof value === "string") return "string, " + value.length + " long";
  if (typeof value === "function") return /^class\b/.test(sourceOf(value)) ? "class" : "function";
  if (typeof value !== "object") return typeof value;
  const kind = kindOf(value);
  if (kind === "String") return "text, " + String(value).length + " long";
  if (isArray(value)) return "Array, " + value.length + (value.length === 1 ? " element" : " elements");
  if (kind.includes(".") || kind === "channel") return kind;
  const keys = ownKeys(value).length;
  return (constructorOf(value) ?? "object") + (keys > 0 ? ", " + keys + (keys === 1 ? " member" : " members") : "");
}

// Reads a member without calling a getter.
function member(value, key) {
  for (let at = Object(value), depth = 0; at !== null && depth < 50; at = getPrototypeOf(at), depth++) {
    const descriptor = getOwnPropertyDescriptor(at, key);
    if (descriptor) return descriptor.value;
  }
  return undefined;
}

const camel = (name) => name.replace(/_+([a-zA-Z0-9])/g, (_, letter) => letter.toUpperCase());

const tasks = {
  async evaluate({ code, names, width }) {
    declare(names);
    const value = await run(code);
    if (value === undefined) return {};
    globalThis._ = value;
    return { text: showTop(value, width) };
  },
  async describe({ code, names }) {
    declare(names);
    return { text: describe(await run(code)) };
  },
  names({ path }) {
    let value = globalThis;
    for (const key of path) {
      value = member(value, key);
      if (value === undefined || value === null) return { names: [] };
    }
    const names = new Set();
    for (let at = Object(value), depth = 0; at !== null && depth < 20; at = getPrototypeOf(at), depth++) {
      if (at === ObjectPrototype && value !== ObjectPrototype) break;
      if (at === FunctionPrototype && value !== FunctionPrototype) break;
      for (const key of ownKeys(at)) {
        if (isName(key) && names.size < 2000) names.add(key);
      }
    }
    names.delete("constructor");
    return { names: [...names].filter((name) => !name.slice(1).includes("_") || !names.has(camel(name))) };
  },
};

let answer = null;
for (;;) {
  let request;
  try {
    request = await host.next(answer);
  } catch (error) {
    // An answer that cannot cross.
    request = await host.next({ error: String(error?.message ?? error) });
  }
  if (request === null) break;
  try {
    answer = await tasks[request.task](request);
  } catch (thrown) {
    answer = failure(thrown);
  }
}
`;
