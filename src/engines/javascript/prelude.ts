/** File name of the prelude in QuickJS stacks; its frames are hidden from users. */
export const PRELUDE_FILE = "llmspell:prelude";

/** Host operations that the prelude gets as its arguments, in this order. `magic` is what the host sees. */
export const OPS = {
  settle: 0xff01,
  readGlobal: 0xff02,
  timer: 0xff03,
  cancelTimer: 0xff04,
  encodeUtf8: 0xff05,
  decodeUtf8: 0xff06,
  method: 0xff07,
  foreign: 0xff08,
  now: 0xff09,
  include: 0xff0a,
} as const;

/** A method's `ref` is its magic, so it must lie below those of the operations. */
export const MAX_REF = 0xff00;

/** What the prelude gives back to the host, in this order. */
export const HOOKS = [
  "watch",
  "watchModule",
  "makeError",
  "errorParts",
  "idOf",
  "entries",
  "items",
  "dateValue",
  "bigIntText",
  "unbox",
  "makeText",
  "extend",
  "aliasProto",
  "handleProto",
  "knownHandle",
  "keepHandle",
  "describe",
  "install",
  "defineLazy",
  "specimens",
  "toBigInt",
  "foreign",
  "viewBytes",
  "stackHere",
  "included",
] as const;

export type HookName = (typeof HOOKS)[number];

/**
 * JavaScript that runs once in every image, before any script: the intrinsics that the host needs, captured before a
 * script can change them, and the globals `async`, timers, text coding, `structuredClone`, `performance`.
 */
export const PRELUDE = `(function (settle, readGlobal, timer, cancelTimer, encodeUtf8, decodeUtf8, method, foreign, now, includeScript) {
"use strict";
const { apply, ownKeys, getOwnPropertyDescriptor } = Reflect;
const { defineProperty, create, getPrototypeOf, setPrototypeOf, keys } = Object;
const bind = (fn) => (self, ...args) => apply(fn, self, args);
const then = bind(Promise.prototype.then);
const getTime = bind(Date.prototype.getTime);
const bigIntToString = bind(BigInt.prototype.toString);
const numberValue = bind(Number.prototype.valueOf);
const booleanValue = bind(Boolean.prototype.valueOf);
const stringValue = bind(String.prototype.valueOf);
const bigIntValue = bind(BigInt.prototype.valueOf);
const functionText = bind(Function.prototype.toString);
const mapForEach = bind(Map.prototype.forEach);
const setForEach = bind(Set.prototype.forEach);
const $DOMException = DOMException;
const isError = (value) => value instanceof $Error || value instanceof $DOMException;
const resolved = Promise.resolve.bind(Promise);
const isArray = Array.isArray;
const $Promise = Promise, $Error = Error, $String = String, $BigInt = BigInt, $Symbol = Symbol, $WeakRef = WeakRef;
const $Map = Map, $Proxy = Proxy, $Set = Set, $Date = Date, $RegExp = RegExp, $Uint8Array = Uint8Array, $Array = Array, $Object = Object;
const deref = bind(WeakRef.prototype.deref);
const hidden = (object, key, value) =>
  defineProperty(object, key, { value, writable: true, configurable: true, enumerable: false });
const plainSet = (object, key, value) =>
  defineProperty(object, key, { value, writable: true, configurable: true, enumerable: true });
const snake = (name) => name.replace(/[A-Z]/g, (c) => "_" + c.toLowerCase());

class LlmspellError extends Error {
  constructor(code, message, options = {}) {
    super(message, options !== null && typeof options === "object" && "cause" in options ? { cause: options.cause } : undefined);
    hidden(this, "code", code);
    hidden(this, "retryable", options?.retryable ?? false);
    hidden(this, "details", options?.details);
    if (options?.hint !== undefined) hidden(this, "hint", options.hint);
  }
}
hidden(LlmspellError.prototype, "name", "LlmspellError");
hidden(globalThis, "LlmspellError", LlmspellError);

const limitCode = {
  get() {
    const message = this?.message;
    if (message === "out of memory" || message === "out of memory in regexp execution" || message === "string too long") return "limit.memory";
    if (message === "Maximum call stack size exceeded" || message === "stack overflow") return "limit.recursion";
    return undefined;
  },
  set(value) { plainSet(this, "code", value); },
  configurable: true,
  enumerable: false,
};
defineProperty(InternalError.prototype, "code", limitCode);
defineProperty(RangeError.prototype, "code", limitCode);

const makeError = (code, message, retryable, details, hint, frames) => {
  const options = { retryable };
  if (details !== undefined) options.details = details;
  if (hint !== undefined) options.hint = hint;
  const error = new LlmspellError(code, message, options);
  if (frames !== undefined) hidden(error, "frames", frames);
  return error;
};

const read = (object, key) => {
  try { return object[key]; } catch { return undefined; }
};

const ERROR_TEXTS = ["name", "message", "stack", "code", "hint"];

/** Of an error or any other thrown thing; never throws. */
const errorParts = (thrown) => {
  const parts = { kind: "value" };
  if (isError(thrown)) {
    parts.kind = "error";
    for (let i = 0; i < ERROR_TEXTS.length; i++) {
      const value = read(thrown, ERROR_TEXTS[i]);
      if (typeof value === "string") parts[ERROR_TEXTS[i]] = value;
    }
    const retryable = read(thrown, "retryable");
    if (typeof retryable === "boolean") parts.retryable = retryable;
    const details = read(thrown, "details");
    if (details !== null && typeof details === "object" && !isArray(details)) parts.details = details;
    const frames = read(thrown, "frames");
    if (isArray(frames)) parts.frames = frames;
    const cause = read(thrown, "cause");
    if (isError(cause)) parts.cause = read(cause, "name") + ": " + read(cause, "message");
    else if (cause !== undefined && cause !== null) parts.cause = describe(cause);
  } else if (typeof thrown === "object" && thrown !== null) {
    const message = read(thrown, "message");
    const code = read(thrown, "code");
    parts.message = typeof message === "string" ? message : describe(thrown);
    if (typeof code === "string") parts.code = code;
    const details = read(thrown, "details");
    if (details !== null && typeof details === "object" && !isArray(details)) parts.details = details;
    const retryable = read(thrown, "retryable");
    if (typeof retryable === "boolean") parts.retryable = retryable;
  } else {
    parts.message = typeof thrown === "string" ? thrown : describe(thrown);
  }
  return parts;
};

/** A short text for what cannot cross; never throws. */
const describe = (value, depth = 0) => {
  try {
    switch (typeof value) {
      case "string": return depth === 0 ? value : JSON.stringify(value);
      case "bigint": return value + "n";
      case "symbol": return $Symbol.prototype.toString.call(value);
      case "function": return /^class\\b/.test(functionText(value)) ? "[class " + (value.name || "anonymous") + "]" : "[Function: " + (value.name || "anonymous") + "]";
      case "object": break;
      default: return $String(value);
    }
    if (value === null) return "null";
    if (isError(value)) return value.name + ": " + value.message;
    if (value instanceof $Date) return "Invalid Date";
    if (value instanceof $RegExp) return $String(value);
    const name = getPrototypeOf(value)?.constructor?.name;
    if (name === "Object" || name === undefined || isArray(value)) {
      if (depth > 1) return isArray(value) ? "[Array]" : "[Object]";
      const list = keys(value).slice(0, 20);
      const body = list.map((k) => (isArray(value) ? "" : k + ": ") + describe(value[k], depth + 1)).join(", ");
      return isArray(value) ? "[" + body + "]" : "{" + body + "}";
    }
    return "[" + name + "]";
  } catch {
    return "[object]";
  }
};

let lastId = 0;
const ids = new WeakMap();
const idGet = bind(WeakMap.prototype.get), idSet = bind(WeakMap.prototype.set);
const idOf = (fn) => {
  const known = idGet(ids, fn);
  if (known !== undefined) return known;
  idSet(ids, fn, ++lastId);
  return lastId;
};

const watch = (promise, id) => {
  const done = (value) => { settle(id, true, value); };
  const fail = (error) => { settle(id, false, error); };
  then(resolved(promise), done, fail);
};
const watchModule = (promise, namespace, id) => {
  then(promise, () => { settle(id, true, namespace.default); }, (error) => { settle(id, false, error); });
};

const handles = new $Map();
const handleProtos = create(null);
const handleProto = (type) => {
  let proto = handleProtos[type];
  if (!proto) {
    proto = handleProtos[type] = create($Object.prototype);
    hidden(proto, $Symbol.toStringTag, type);
  }
  return proto;
};
const keepHandle = (id, object) => { handles.set(id, new $WeakRef(object)); };
const knownHandle = (id) => {
  const ref = handles.get(id);
  return ref === undefined ? undefined : deref(ref);
};

const alias = (object, name, field) => {
  if (getOwnPropertyDescriptor(object, name)) return;
  defineProperty(object, name, {
    get() { return this[field]; },
    set(value) { this[field] = value; },
    configurable: true,
    enumerable: false,
  });
};
const extend = (object, fields, aliases) => {
  for (const key of keys(fields)) plainSet(object, key, fields[key]);
  for (const [name, field] of aliases) alias(object, name, field);
  return object;
};
const makeText = (text, fields, aliases) => extend(new $String(text), fields, aliases);
const aliasProto = (pairs) => {
  const proto = create($Object.prototype);
  for (const [name, field] of pairs) alias(proto, name, field);
  return proto;
};

const defineMethods = (object, methods) => {
  for (const { name, ref, native } of methods) {
    if (getOwnPropertyDescriptor(object, name)) continue;
    const fn = native === "include" ? include : native === "with_include" ? withInclude(method(ref, name)) : method(ref, name);
    plainSet(object, name, fn);
    const other = snake(name);
    if (other !== name) hidden(object, other, fn);
  }
};

/** Members of a bridge that are none of its own: functions that call the method with their name first. It stays no thenable. */
const fallBack = (object, { ref, name }) => {
  const called = method(ref, name);
  const get = (target, key) =>
    typeof key !== "string" || key in target || key === "then" || key === "toJSON"
      ? target[key]
      : (...args) => apply(called, undefined, [key, ...args]);
  setPrototypeOf(object, new $Proxy($Object.prototype, { get }));
};

/** The value that another script returns, or its exports. */
const include = async (path) => {
  const { done, namespace, hoisted } = includeScript(path);
  const value = await done;
  return namespace === undefined ? value : hoisted ? namespace.default : namespace;
};

const withInclude = (fn) => (...args) => fn(include, ...args);

const install = (bridges) => {
  for (const bridge of bridges) {
    const existing = getOwnPropertyDescriptor(globalThis, bridge.name)?.value;
    const object = existing !== null && typeof existing === "object" ? existing : {};
    defineMethods(object, bridge.methods);
    for (const key of keys(bridge.constants)) {
      plainSet(object, key, bridge.constants[key]);
      if (snake(key) !== key) hidden(object, snake(key), bridge.constants[key]);
    }
    if (bridge.fallback !== undefined) fallBack(object, bridge.fallback);
    for (const name of [bridge.name, ...bridge.aliases]) plainSet(globalThis, name, object);
    for (const handle of bridge.handles) {
      const proto = handleProto(handle.type);
      for (const { name, ref } of handle.methods) {
        const fn = method(ref, name);
        hidden(proto, name, fn);
        if (snake(name) !== name) hidden(proto, snake(name), fn);
      }
      if (handle.iterator !== undefined) {
        const next = proto[handle.iterator];
        const leave = handle.leave === undefined ? undefined : proto[handle.leave];
        hidden(proto, $Symbol.asyncIterator, function () {
          const self = this;
          return {
            async next() {
              const value = await apply(next, self, []);
              return value === null || value === undefined ? { done: true, value: undefined } : { done: false, value };
            },
            async return(value) {
              if (leave !== undefined) await apply(leave, self, []);
              return { done: true, value };
            },
            [$Symbol.asyncIterator]() { return this; },
          };
        });
      }
    }
    if (bridge.name === "console" && object.log) plainSet(globalThis, "print", object.log);
  }
};

const defineLazy = (name, index) => {
  defineProperty(globalThis, name, {
    get() {
      const value = readGlobal(index);
      plainSet(globalThis, name, value);
      return value;
    },
    set(value) { plainSet(globalThis, name, value); },
    configurable: true,
    enumerable: true,
  });
};

const timers = new $Set();
const sleep = (ms) => new $Promise((resolve, reject) => { timer(+ms || 0, () => resolve(null), reject); });
const startTimer = (ms, fn) => {
  const run = () => { if (timers.delete(id)) fn(); };
  const id = timer(+ms > 0 ? +ms : 0, run, (error) => { timers.delete(id); then($Promise.reject(error)); });
  timers.add(id);
  return id;
};
const stopTimer = (id) => { if (timers.delete(id)) cancelTimer(id); };

/** Runs in a job of its own, so that a throw is an unhandled rejection and not the timer's. */
const job = (fn, args) => { then(resolved(), () => { apply(fn, undefined, args); }); };

const intervals = new $Map();
let lastInterval = 0;
const globals = {
  setTimeout(fn, ms = 0, ...args) {
    if (typeof fn !== "function") throw new TypeError("setTimeout wants a function");
    return startTimer(ms, () => job(fn, args));
  },
  clearTimeout(id) { globals.clearInterval(id); stopTimer(id); },
  setInterval(fn, ms = 0, ...args) {
    if (typeof fn !== "function") throw new TypeError("setInterval wants a function");
    const id = --lastInterval;
    const tick = () => {
      intervals.set(id, startTimer(ms > 1 ? ms : 1, () => {
        tick();
        job(fn, args);
      }));
    };
    tick();
    return id;
  },
  clearInterval(id) {
    const timerId = intervals.get(id);
    if (timerId === undefined) { if (timers.has(id)) stopTimer(id); return; }
    intervals.delete(id);
    stopTimer(timerId);
  },
  queueMicrotask(fn) {
    if (typeof fn !== "function") throw new TypeError("queueMicrotask wants a function");
    job(fn, []);
  },
  structuredClone(value) { return clone(value, new $Map()); },
};
for (const name of keys(globals)) hidden(globalThis, name, globals[name]);

const clone = (value, seen) => {
  if (typeof value === "function" || typeof value === "symbol") {
    throw new $DOMException(describe(value) + " could not be cloned.", "DataCloneError");
  }
  if (typeof value !== "object" || value === null) return value;
  const known = seen.get(value);
  if (known) return known;
  const keep = (copy) => { seen.set(value, copy); return copy; };
  if (isArray(value)) {
    const copy = keep(new $Array(value.length));
    for (const key of keys(value)) copy[key] = clone(value[key], seen);
    return copy;
  }
  if (value instanceof $Date) return keep(new $Date(getTime(value)));
  if (value instanceof $RegExp) return keep(new $RegExp(value.source, value.flags));
  if (value instanceof $Map) {
    const copy = keep(new $Map());
    mapForEach(value, (v, k) => { copy.set(clone(k, seen), clone(v, seen)); });
    return copy;
  }
  if (value instanceof $Set) {
    const copy = keep(new $Set());
    setForEach(value, (v) => { copy.add(clone(v, seen)); });
    return copy;
  }
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (ArrayBuffer.isView(value)) {
    const buffer = value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength);
    return keep(value instanceof DataView ? new DataView(buffer) : new value.constructor(buffer));
  }
  if (isError(value)) {
    const copy = keep(create(getPrototypeOf(value)));
    for (const key of ["message", "stack", "cause", "code", "retryable", "details"]) {
      const part = getOwnPropertyDescriptor(value, key);
      if (part) hidden(copy, key, clone(part.value, seen));
    }
    return copy;
  }
  if (value instanceof $Promise || value instanceof WeakMap || value instanceof WeakSet || value instanceof $WeakRef) {
    throw new $DOMException(describe(value) + " could not be cloned.", "DataCloneError");
  }
  const copy = keep({});
  for (const key of keys(value)) plainSet(copy, key, clone(value[key], seen));
  return copy;
};

class Task {
  #promise;
  constructor(promise) { this.#promise = promise; }
  await() { return this.#promise; }
  then(onDone, onFail) { return then(this.#promise, onDone, onFail); }
  catch(onFail) { return then(this.#promise, undefined, onFail); }
  finally(onEnd) { return this.#promise.finally(onEnd); }
}
const start = (item) => (typeof item === "function" ? resolved().then(item) : item);
const startAll = (list) => {
  const tasks = [];
  for (const item of list) tasks.push(start(item));
  return tasks;
};
const async = {
  /** Starts fn(...args) at once and answers its task. */
  spawn(fn, ...args) {
    if (typeof fn !== "function") throw new TypeError("async.spawn wants a function");
    return new Task((async () => apply(fn, undefined, args))());
  },
  async all(list) { return $Promise.all(startAll(list)); },
  async race(list) { return $Promise.race(startAll(list)); },
  async settle(list) { return $Promise.allSettled(startAll(list)); },
  async sleep(ms) { await sleep(ms); },
  timeout(ms, fn) {
    return new $Promise((resolve, reject) => {
      const id = startTimer(ms, () => {
        reject(makeError("async.timeout", "timed out after " + ms + " ms", true, { ms }));
      });
      const end = (settleIt) => (value) => { stopTimer(id); settleIt(value); };
      then((async () => start(fn))(), end(resolve), end(reject));
    });
  },
};
plainSet(globalThis, "async", async);

class TextEncoder {
  get encoding() { return "utf-8"; }
  encode(text = "") { return encodeUtf8($String(text)); }
}
class TextDecoder {
  #fatal; #ignoreBom;
  constructor(label = "utf-8", options = {}) {
    if (!/^(utf-?8|unicode-1-1-utf-8)$/i.test($String(label).trim())) {
      throw new RangeError("TextDecoder knows utf-8 only, not " + label);
    }
    this.#fatal = !!options.fatal;
    this.#ignoreBom = !!options.ignoreBOM;
  }
  get encoding() { return "utf-8"; }
  get fatal() { return this.#fatal; }
  get ignoreBOM() { return this.#ignoreBom; }
  decode(bytes = new $Uint8Array()) { return decodeUtf8(bytes, this.#fatal, this.#ignoreBom); }
}
hidden(globalThis, "TextEncoder", TextEncoder);
hidden(globalThis, "TextDecoder", TextDecoder);

let origin;
hidden(globalThis, "performance", {
  get timeOrigin() { return (origin ??= now()); },
  now() { return now() - (origin ??= now()); },
});

const entries = (map) => {
  const list = [];
  mapForEach(map, (value, key) => { list.push(key, value); });
  return list;
};
const items = (set) => {
  const list = [];
  setForEach(set, (value) => { list.push(value); });
  return list;
};
const unbox = (object) => {
  for (const valueOf of [stringValue, numberValue, booleanValue, bigIntValue]) {
    try { return valueOf(object); } catch {}
  }
  return undefined;
};

const viewBytes = (v) => new $Uint8Array(v.buffer, v.byteOffset, v.byteLength);

/** One object of each class that the host tells apart, in the order of its own table. */
const specimens = (handle) => [
  {}, [], new Error(), new Number(0), new String(""), new Boolean(false), $Object(1n), new Date(0), new Map(), new Set(),
  new ArrayBuffer(0), new SharedArrayBuffer(0), new DataView(new ArrayBuffer(0)), resolved(), new Proxy({}, {}),
  (function () { "use strict"; return arguments; })(), Function("a", "return arguments")(1), new DOMException(), handle,
  new Uint8Array(), new Uint8ClampedArray(), new Int8Array(), new Uint16Array(), new Int16Array(), new Uint32Array(),
  new Int32Array(), new BigInt64Array(), new BigUint64Array(), new Float32Array(), new Float64Array(),
  typeof Float16Array === "function" ? new Float16Array() : new Uint8Array(),
];

return [watch, watchModule, makeError, errorParts, idOf, entries, items, (d) => getTime(d), (b) => bigIntToString(b), unbox,
  makeText, extend, aliasProto, handleProto, knownHandle, keepHandle, (v) => describe(v), install, defineLazy, specimens,
  (text) => $BigInt(text), (id) => (...args) => foreign(id, args), viewBytes,
  () => new $Error().stack, (done, hoisted, namespace) => ({ done, hoisted, namespace })];
})`;
