import type { ScriptValue } from "../values/script-value.ts";

/** How an engine's language spells declared names. */
export type Naming = "camel" | "snake";

/**
 * What an engine does by itself: `include` runs another script in the same VM and answers its value; `with_include` calls the
 * host's method with that function before the arguments; `open_session`, which Tengo alone has, runs the loop of a prompt,
 * Lua code that reaches the language's runtime.
 */
export type NativeMethod = "include" | "with_include" | "open_session";

/** One method as an engine installs it. Names are declared in camelCase; every language answers both spellings. */
export interface MethodShape {
  name: string;
  /** What `VmHost.call` wants for it. Unique within a catalogue. */
  ref: number;
  /** Sync methods answer at once in every language; others return a Promise in JavaScript. */
  sync: boolean;
  /** Output and log methods: what cannot cross (cycles, functions, symbols) is shown as text instead of failing. */
  lenient: boolean;
  native?: NativeMethod;
}

/** A type of host object. Methods are called with the handle as first argument, `h.m(x)` and `h:m(x)` alike. */
export interface HandleShape {
  type: string;
  methods: readonly MethodShape[];
  /**
   * Name of the method that iterates: it answers the next value, nil at the end. Lua: the handle is callable in a
   * generic `for`. JavaScript: `Symbol.asyncIterator`.
   */
  iterator?: string;
  /** Name of the method that ends an iteration which is left early (JavaScript: `break` in `for await`). */
  leave?: string;
}

/** One global of a script. */
export interface BridgeShape {
  name: string;
  /** Other global names of the same object (`logger` for `log`). */
  aliases: readonly string[];
  methods: readonly MethodShape[];
  /** Called for members that are none of these, with their name before the arguments: such a member is a function, whatever its name. */
  fallback?: MethodShape;
  /** Plain members, e.g. `time.zone`. */
  constants: Readonly<Record<string, ScriptValue>>;
  handles: readonly HandleShape[];
}
