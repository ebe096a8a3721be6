import type { Guest } from "./guest.ts";
import { TAG } from "./guest.ts";
import { HOOKS, type HookName } from "./prelude.ts";

/** How the host treats an object, by its QuickJS class. The order is that of the prelude's `specimens`. */
export const KINDS = [
  "plain",
  "array",
  "error",
  "number",
  "string",
  "boolean",
  "bigint",
  "date",
  "map",
  "set",
  "buffer",
  "buffer",
  "view",
  "promise",
  "plain",
  "array",
  "array",
  "error",
  "handle",
  "bytes",
  "typed",
  "typed",
  "typed",
  "typed",
  "typed",
  "typed",
  "typed",
  "typed",
  "typed",
  "typed",
  "typed",
] as const;

export type Kind = (typeof KINDS)[number];

/** Where the prelude's functions lie in an image, and what its classes are. Plain data: part of an image. */
export interface HookLayout {
  /** Address of the functions, one JSValue each, then one `undefined`. */
  address: number;
  /** Kind by class id. */
  kinds: (Kind | undefined)[];
  handleClass: number;
}

/** The prelude's functions, callable from the host. */
export class Hooks {
  readonly #guest: Guest;
  readonly layout: HookLayout;
  readonly undefinedSlot: number;

  constructor(guest: Guest, layout: HookLayout) {
    this.#guest = guest;
    this.layout = layout;
    this.undefinedSlot = layout.address + 8 * HOOKS.length;
  }

  /** Calls with `argc` values at `argv` (kept by the caller); the result goes to `out`. False: the exception is pending. */
  call(name: HookName, argc: number, argv: number, out: number): boolean {
    const fn = this.layout.address + 8 * HOOK_INDEX[name];
    return this.#guest.raw.call(this.#guest.ctx, fn, this.undefinedSlot, argc, argv, out) !== TAG.exception;
  }
}

const HOOK_INDEX = Object.fromEntries(HOOKS.map((name, i) => [name, i])) as Record<HookName, number>;
