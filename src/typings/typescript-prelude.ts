/** What the JavaScript VM has besides the language and the bridges. A test compares it with a real VM. */
export const TYPESCRIPT_PRELUDE = `/** An error of a bridge; scripts may throw their own. */
declare class LlmspellError extends Error {
  constructor(
    code: string,
    message: string,
    options?: { retryable?: boolean; details?: Record<string, any>; hint?: string; cause?: unknown },
  );
  /** What went wrong, e.g. \`provider.rate_limited\`; docs/errors.md lists them. */
  code: string;
  /** Whether the same call may succeed later. */
  retryable: boolean;
  details?: Record<string, any>;
  /** What to do about it. */
  hint?: string;
}

/** Positional arguments of the run. */
declare var args: string[];
/** The environment variables that the run may see. */
declare var env: Record<string, string | undefined>;
/** The spell that runs. */
declare var spell: {
  readonly name: string;
  readonly file: string;
  /** Its folder; null where it has no file. */
  readonly dir: string | null;
  readonly version: string | null;
  readonly runId: string;
};
/** The standard input as text, null where the run has none. */
declare var stdin: string | null;
/** Prints values, joined by spaces, and a line end. */
declare function print(...values: any[]): null;

/** Tasks. */
declare var async: {
  /** Starts \`fn(...args)\` at once and answers its task. */
  spawn<A extends any[], T>(fn: (...args: A) => T, ...args: A): llmspell.Task<Awaited<T>>;
  /** Waits for all tasks or functions; fails with the first error. */
  all<T extends readonly unknown[] | []>(list: T): Promise<{ -readonly [K in keyof T]: llmspell.Outcome<T[K]> }>;
  /** What the first task or function that ends answers. */
  race<T extends readonly unknown[] | []>(list: T): Promise<llmspell.Outcome<T[number]>>;
  /** Waits for all tasks or functions, failed ones included. */
  settle<T extends readonly unknown[] | []>(
    list: T,
  ): Promise<{ -readonly [K in keyof T]: PromiseSettledResult<llmspell.Outcome<T[K]>> }>;
  sleep(ms: number): Promise<void>;
  /** What \`fn\` answers, or the error \`async.timeout\`. */
  timeout<T>(ms: number, fn: T): Promise<llmspell.Outcome<T>>;
};

declare namespace llmspell {
  /** A string, or a text with fields. */
  type Text = string | String;
  /** A Promise where the function that was given is async. */
  type Following<R, T> = 0 extends 1 & R ? T : [R] extends [never] ? T : R extends PromiseLike<any> ? Promise<T> : T;
  /** What a task, or a function that is started as one, ends with. */
  type Outcome<T> = T extends (...args: any[]) => infer R ? Awaited<R> : Awaited<T>;
  interface Task<T> extends PromiseLike<T> {
    await(): Promise<T>;
    catch<R = never>(onFail: (reason: any) => R | PromiseLike<R>): Promise<T | R>;
    finally(onEnd: () => void): Promise<T>;
  }
}

declare function setTimeout<A extends any[]>(fn: (...args: A) => void, ms?: number, ...args: A): number;
declare function clearTimeout(id: number | undefined): void;
declare function setInterval<A extends any[]>(fn: (...args: A) => void, ms?: number, ...args: A): number;
declare function clearInterval(id: number | undefined): void;
declare function queueMicrotask(fn: () => void): void;
declare function structuredClone<T>(value: T): T;
declare function btoa(text: string): string;
declare function atob(text: string): string;
declare var performance: { readonly timeOrigin: number; now(): number };
declare class TextEncoder {
  readonly encoding: "utf-8";
  encode(text?: string): Uint8Array<ArrayBuffer>;
}
/** Knows UTF-8 only. */
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: "utf-8";
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(bytes?: ArrayBuffer | ArrayBufferView): string;
}
declare class DOMException extends Error {
  constructor(message?: string, name?: string);
  readonly code: number;
}
declare class InternalError extends Error {
  /** \`limit.memory\` or \`limit.recursion\`, where one was reached. */
  code?: string;
}
interface RangeError {
  /** \`limit.memory\` or \`limit.recursion\`, where one was reached. */
  code?: string;
}
interface JSON {
  parse(text: String, reviver?: (this: any, key: string, value: any) => any): any;
}
`;
