import type { Socket } from "node:net";

/**
 * How a built-in tool reaches the world: every path and host is asked of the run's policy first. Throws `permission.denied`.
 * Tools of effect `read` and `write` have `files`, `fetch`, `connect` and `env`; those of effect `local` have `memory`, `generate` and
 * `askPerson`, which would be lost inside of an effect that a replay answers as a whole. The rest is everybody's.
 */
export interface ToolHost {
  /** Aborts when the run ends or the tool's time is up. */
  readonly signal: AbortSignal;
  /** The run's workspace. Paths are relative to it; what leads out of it is refused. */
  readonly files: ToolFiles;
  /** Redirects are followed, each host asked for; private addresses are refused unless allowed. Throws `http.network`. */
  fetch(url: string, init?: ToolRequest): Promise<Response>;
  /** A TCP connection for protocols other than HTTP, under the same rules. The caller ends it. Throws `http.network`. */
  connect(host: string, port: number): Promise<Socket>;
  /** The run's clock, in milliseconds since the epoch. */
  now(): number;
  /** An environment variable that the tool declares in `env`, or that the run allows (`--allow-env`); undefined where it is not set or not allowed. */
  env(name: string): string | undefined;
  /** Asks the policy for anything else, e.g. `command` on `git`. */
  ask(capability: string, target: string): void;
  /** Answer of the run's model. Journaled as a call of its own. */
  generate(prompt: string, options?: { model?: string; system?: string; maxTokens?: number }): Promise<string>;
  /** Asks the person who runs the spell. Throws `approval.unavailable` where there is none, `approval.denied` where they do not want to answer, `approval.timeout`. */
  askPerson(question: PersonQuestion): Promise<string>;
  /** Working memory of the run, by key. */
  readonly memory: ToolMemory;
  /** A pure method of the script API, e.g. `text.diff`: what it has need not be written twice. Its errors name that method. */
  helper(bridge: string, method: string, args: readonly unknown[]): unknown;
  log(level: "debug" | "info" | "warn", message: string): void;
}

export interface ToolRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Default 5; 0 answers the redirect itself. */
  maxRedirects?: number;
  /** Aborts the request besides the host's own. */
  signal?: AbortSignal;
}

export interface PersonQuestion {
  question: string;
  /** Answers to choose from. Default: any text. */
  choices?: readonly string[];
  timeoutMs?: number;
}

export interface ToolFileStat {
  type: "file" | "folder";
  /** Bytes. */
  size: number;
  modifiedMs: number;
}

/** Sync, as the workspace is; throws `fs.*` and `permission.denied`. */
export interface ToolFiles {
  read(path: string): string;
  readBytes(path: string): Uint8Array;
  write(path: string, content: string | Uint8Array): void;
  append(path: string, content: string | Uint8Array): void;
  exists(path: string): boolean;
  stat(path: string): ToolFileStat;
  /** Names in a folder; paths from it where recursive. Folders end in `/`. */
  list(path: string, options?: { recursive?: boolean }): string[];
  glob(pattern: string): string[];
  makeFolder(path: string): void;
  move(from: string, to: string, options?: { overwrite?: boolean }): void;
  copy(from: string, to: string, options?: { overwrite?: boolean }): void;
  /** False where there was nothing. */
  remove(path: string, options?: { recursive?: boolean }): boolean;
  /** Absolute path of something in the workspace, for a library that opens files itself: links resolved, the policy asked. */
  resolve(path: string, access: "read" | "write"): string;
}

export interface ToolMemory {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  delete(key: string): boolean;
  entries(): [string, unknown][];
}
