import { LlmspellError } from "../errors.ts";
import { Hook, type HookSettings } from "./hook.ts";
import type { HookPoint } from "./hook-points.ts";

const MAX_HOOKS = 1_000;

/** The hooks of a run. */
export class HookRegistry {
  #hooks: Hook[] = [];
  /** The enabled ones by point, in order; made anew after each change. */
  readonly #active = new Map<HookPoint, readonly Hook[]>();
  #names = 0;

  get isEmpty(): boolean {
    return this.#hooks.length === 0;
  }

  /** Higher priority first, then in the order of registration. */
  at(point: HookPoint): readonly Hook[] {
    const known = this.#active.get(point);
    if (known) return known;
    const found = this.#hooks
      .filter(({ enabled, settings }) => enabled && settings.point === point)
      .toSorted((a, b) => b.settings.priority - a.settings.priority);
    this.#active.set(point, found);
    return found;
  }

  freeName(): string {
    do this.#names += 1;
    while (this.has(`hook-${this.#names}`));
    return `hook-${this.#names}`;
  }

  has(name: string): boolean {
    return this.#hooks.some(({ settings }) => settings.name === name);
  }

  add(settings: readonly HookSettings[]): void {
    if (this.#hooks.length + settings.length > MAX_HOOKS) {
      throw new LlmspellError("input.invalid", `a run has at most ${MAX_HOOKS} hooks`, {
        hint: "Register hooks once, not for each call.",
      });
    }
    this.#hooks.push(...settings.map((each) => new Hook(each)));
    this.#active.clear();
  }

  all(): readonly Hook[] {
    return this.#hooks;
  }

  /** Switches all of a name on or off; on, they start anew. Answers whether there are any. */
  switch(name: string, enabled: boolean): boolean {
    const found = this.#hooks.filter(({ settings }) => settings.name === name);
    for (const hook of found) {
      hook.enabled = enabled;
      if (enabled) hook.breaker.succeeded();
    }
    this.#active.clear();
    return found.length > 0;
  }

  remove(name: string): boolean {
    const removed = this.#hooks.filter(({ settings }) => settings.name === name);
    this.#hooks = this.#hooks.filter(({ settings }) => settings.name !== name);
    for (const { settings } of removed) settings.release?.();
    this.#active.clear();
    return removed.length > 0;
  }
}
