import fs from "node:fs";
import path from "node:path";
import type { WorkspaceFiles } from "./files.ts";
import { guard } from "./fs-error.ts";

export interface FileChange {
  type: "created" | "changed" | "removed";
  /** Relative to the workspace. */
  path: string;
}

const MAX_WAITING = 10_000;

/** Tells the changes of a file or folder, one at a time, from its making until `close`. */
export class FileWatcher {
  readonly #watcher: fs.FSWatcher;
  readonly #changes: FileChange[] = [];
  readonly #known: Set<string>;
  #wake: (() => void) | undefined;
  #closed = false;
  #error: unknown;

  constructor(files: WorkspaceFiles, given: string, recursive: boolean) {
    const real = guard("watch", given, () => files.jail.existing(given));
    const isFolder = files.stat(given).isDirectory;
    this.#known = new Set(isFolder ? files.list(given, recursive).map((name) => path.join(real, name)) : [real]);
    this.#watcher = guard("watch", given, () =>
      fs.watch(real, { recursive: recursive && isFolder, persistent: false }),
    );
    this.#watcher.on("error", (error) => this.#fail(error));
    this.#watcher.on("change", (_, name) => {
      if (typeof name !== "string") return;
      const changed = isFolder ? path.join(real, name) : real;
      this.#add(changed, files.jail.display(changed));
    });
  }

  /** The next change, null once closed. One caller at a time. */
  async next(signal: AbortSignal): Promise<FileChange | null> {
    const close = () => this.close();
    signal.addEventListener("abort", close, { once: true });
    try {
      while (this.#changes.length === 0 && !this.#closed) await new Promise<void>((resolve) => (this.#wake = resolve));
    } finally {
      signal.removeEventListener("abort", close);
    }
    signal.throwIfAborted();
    if (this.#error) throw this.#error;
    return this.#changes.shift() ?? null;
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    this.#watcher.close();
    this.#wake?.();
  }

  #add(real: string, shown: string): void {
    const exists = fs.lstatSync(real, { throwIfNoEntry: false }) !== undefined;
    const type = !exists ? "removed" : this.#known.has(real) ? "changed" : "created";
    if (type === "removed" && !this.#known.delete(real)) return;
    if (exists) this.#known.add(real);
    const last = this.#changes.at(-1);
    // The system reports one change of a file several times.
    if (last && last.path === shown && type === "changed" && last.type !== "removed") return;
    if (this.#changes.length < MAX_WAITING) this.#changes.push({ type, path: shown });
    this.#wake?.();
  }

  #fail(error: unknown): void {
    this.#error = error;
    this.close();
  }
}
