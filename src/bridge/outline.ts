import type { NativeMethod } from "../engine/shape.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { BridgeDefinition, Method } from "./define-bridge.ts";

/** What engines need to know of a method before its bridge is loaded. Plain JSON: the build writes it down. */
export interface MethodOutline {
  name: string;
  sync?: true;
  lenient?: true;
  /** Only for `ctx.call`: scripts do not see it. */
  internal?: true;
  renews?: true;
  native?: NativeMethod;
}

export interface BridgeOutline {
  name: string;
  aliases: readonly string[];
  constants: Readonly<Record<string, ScriptValue>>;
  methods: readonly MethodOutline[];
  fallback?: string;
  handles: readonly { type: string; iterator?: string; leave?: string; methods: readonly MethodOutline[] }[];
}

export function outlineOf(bridge: BridgeDefinition): BridgeOutline {
  return {
    name: bridge.name,
    aliases: bridge.aliases ?? [],
    constants: bridge.constants ?? {},
    methods: outlineMethods(bridge.methods),
    ...(bridge.fallback === undefined ? {} : { fallback: bridge.fallback }),
    handles: Object.entries(bridge.handles ?? {}).map(([type, definition]) => ({
      type,
      ...(definition.iterator === undefined ? {} : { iterator: definition.iterator }),
      ...(definition.leave === undefined ? {} : { leave: definition.leave }),
      methods: outlineMethods(definition.methods),
    })),
  };
}

function outlineMethods(methods: Readonly<Record<string, Method<never, never, never>>>): MethodOutline[] {
  return Object.entries(methods).map(([name, { sync, lenient, internal, renews, native }]) => ({
    name,
    ...(sync ? { sync } : {}),
    ...(lenient ? { lenient } : {}),
    ...(internal ? { internal } : {}),
    ...(renews ? { renews } : {}),
    ...(native ? { native } : {}),
  }));
}
