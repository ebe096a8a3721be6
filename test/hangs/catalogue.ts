import { BRIDGE_BOMBS } from "./bridge-bombs.ts";
import { JAVASCRIPT_HANGS } from "./javascript-hangs.ts";
import { LUA_HANGS } from "./lua-hangs.ts";

/** A spell that would never end, or never stop growing, and how it may end. */
export interface Hang {
  name: string;
  engine: "lua" | "javascript";
  code: string;
  /** Error codes that are right; `ok` where the script may also come to its end. */
  ends: readonly string[];
  /** Milliseconds of CPU where `HANG_LIMITS` gives too few for another limit to come first on a busy machine. */
  cpuMs?: number;
}

/** Limits that every hang is run under. */
export const HANG_LIMITS = { cpuMs: 150, memoryBytes: 16 * 1024 * 1024 } as const;

/** Every hang and bomb that a runtime must survive, its other spells unharmed. */
export const HANGS: readonly Hang[] = [
  ...LUA_HANGS.map((hang) => ({ engine: "lua" as const, ...hang })),
  ...JAVASCRIPT_HANGS.map((hang) => ({ engine: "javascript" as const, ...hang })),
  ...BRIDGE_BOMBS,
];
