import type { ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";

export interface MemoryCacheOptions {
  /** Default 1,000. */
  maxEntries?: number;
  /** By `sizeOf`. Default 8 MB. */
  maxBytes?: number;
  /** Told of every change of what the cache holds. May throw. */
  charge(bytes: number): void;
}

interface Entry {
  value: ScriptValue;
  size: number;
  /** Milliseconds since the epoch; undefined: never. */
  expiresAt: number | undefined;
}

/** Values under keys, each with a time to live; the least recently used give way. */
export class MemoryCache {
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #charge: (bytes: number) => void;
  #bytes = 0;

  constructor({ maxEntries = 1000, maxBytes = 8 * 1024 * 1024, charge }: MemoryCacheOptions) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
    this.#charge = charge;
  }

  get(key: string, now: number): ScriptValue {
    const entry = this.#live(key, now);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  has(key: string, now: number): boolean {
    return this.#live(key, now) !== undefined;
  }

  /** A value larger than the whole cache is not kept. */
  set(key: string, value: ScriptValue, ttlMs: number | undefined, now: number): void {
    this.delete(key);
    const size = sizeOf(value) + sizeOf(key);
    if (size > this.#maxBytes) return;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes + size <= this.#maxBytes && this.#entries.size < this.#maxEntries) break;
      this.delete(oldest);
    }
    this.#bytes += size;
    this.#charge(size);
    this.#entries.set(key, { value, size, expiresAt: ttlMs === undefined ? undefined : now + ttlMs });
  }

  delete(key: string): boolean {
    const entry = this.#entries.get(key);
    if (!entry) return false;
    this.#entries.delete(key);
    this.#bytes -= entry.size;
    this.#charge(-entry.size);
    return true;
  }

  clear(): void {
    for (const key of this.#entries.keys()) this.delete(key);
  }

  /** Keys that are still alive, sorted. */
  keys(now: number): string[] {
    return [...this.#entries.keys()].filter((key) => this.#live(key, now)).toSorted();
  }

  #live(key: string, now: number): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry?.expiresAt === undefined || entry.expiresAt > now) return entry;
    this.delete(key);
    return undefined;
  }
}
