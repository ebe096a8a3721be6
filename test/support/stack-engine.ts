import { LlmspellError } from "../../src/errors.ts";
import type { ScriptEngine } from "../../src/engine/script-engine.ts";
import type { CallOutcome, ScriptSource, ScriptVm, VmOptions } from "../../src/engine/vm.ts";
import { sizeOf } from "../../src/values/size.ts";
import type { ScriptObject, ScriptValue } from "../../src/values/script-value.ts";

/** What a test can break in the engine below. */
export interface StackEngineFaults {
  /** Lets scripts catch what must end the run. */
  catchesFinal?: boolean;
  /** Leaves the gate open behind a failure. */
  forgetsGate?: boolean;
  /** Answers whole numbers one too high. */
  miscounts?: boolean;
}

/**
 * An engine as a library user would write it: a stack language of words between spaces. Numbers and "text" push
 * themselves, `name.name` pushes a global's member, `name.method/2` calls a bridge with two values, `list/2` makes a
 * list of two, `{` opens a block that `}` closes and `catch` runs, pushing the error's fields on failure.
 */
export function createStackEngine(faults: StackEngineFaults = {}): ScriptEngine {
  return {
    name: "stack",
    aliases: ["forth"],
    extensions: [".stack"],
    naming: "camel",
    description: "A stack language",
    initialize: () => Promise.resolve(),
    open: (options) => new StackVm(options, faults),
    restore() {
      throw new LlmspellError("engine.failed", "the stack engine has no snapshots");
    },
    validateSyntax: (script) => problemOf(script),
    roundTrip: (value) => value,
    shutdown: () => Promise.resolve(),
  };
}

type Word = { text: string; line: number };

function wordsOf({ code }: ScriptSource): Word[] {
  return code
    .split("\n")
    .flatMap((row, index) =>
      (row.replace(/(^|\s)#.*/, "").match(/"[^"]*"|\S+/g) ?? []).map((text) => ({ text, line: index + 1 })),
    );
}

function problemOf(script: ScriptSource): LlmspellError | null {
  let depth = 0;
  for (const { text, line } of wordsOf(script)) {
    if (text === "{") depth += 1;
    if (text === "}") depth -= 1;
    if (depth < 0)
      return new LlmspellError("script.syntax", "} closes nothing", { frames: [{ file: script.file, line }] });
  }
  if (depth === 0) return null;
  return new LlmspellError("script.syntax", "{ is not closed", {
    frames: [{ file: script.file, line: wordsOf(script).at(-1)?.line ?? 1 }],
  });
}

class StackVm implements ScriptVm {
  readonly #options: VmOptions;
  readonly #faults: StackEngineFaults;
  readonly #stack: ScriptValue[] = [];
  readonly #lazy = new Map<string, ScriptValue>();
  #random: number;
  #stop: ((reason: LlmspellError) => void) | undefined;

  constructor(options: VmOptions, faults: StackEngineFaults) {
    this.#options = options;
    this.#faults = faults;
    this.#random = options.seed;
  }

  async run(script: ScriptSource): Promise<ScriptValue> {
    const problem = problemOf(script);
    if (problem) throw problem;
    const stopped = new Promise<never>((_, reject) => void (this.#stop = reject));
    stopped.catch(() => undefined);
    const words = wordsOf(script);
    await Promise.race([this.#metered(() => this.#block(words, script.file)), stopped]);
    const value = this.#stack.pop() ?? null;
    return this.#faults.miscounts && Number.isInteger(value) ? (value as number) + 1 : value;
  }

  async #metered(use: () => Promise<void>): Promise<void> {
    this.#options.gate.enter();
    try {
      await use();
    } catch (error) {
      if (!this.#faults.forgetsGate) this.#options.gate.leave();
      throw error;
    }
    this.#options.gate.leave();
  }

  async #block(words: Word[], file: string): Promise<void> {
    for (let at = 0; at < words.length; at++) {
      const word = words[at] as Word;
      if (word.text !== "{") {
        await this.#word(word, file);
        continue;
      }
      const end = closing(words, at);
      await this.#catch(words.slice(at + 1, end), file);
      at = end + 1;
    }
  }

  async #catch(words: Word[], file: string): Promise<void> {
    try {
      await this.#block(words, file);
    } catch (error) {
      const caught = error as LlmspellError;
      if (caught.final && !this.#faults.catchesFinal) throw caught;
      this.#stack.push(caught.code, caught.message, caught.retryable, (caught.details?.reason as string) ?? null);
    }
  }

  async #word({ text, line }: Word, file: string): Promise<void> {
    const [, name, count] = /^([\w.]+)\/(\d+)$/.exec(text) ?? [];
    if (text.startsWith('"')) this.#stack.push(text.slice(1, -1));
    else if (text === "raise")
      throw new LlmspellError("script.error", String(this.#stack.pop()), { frames: [{ file, line }] });
    else if (text === "random") this.#stack.push(this.#nextRandom());
    else if (text === "clock") this.#stack.push(Math.floor(this.#options.now() / 1000));
    else if (text === "false") this.#stack.push(false);
    else if (name === "list") this.#stack.push(this.#take(Number(count)));
    else if (name !== undefined) await this.#call(name, this.#take(Number(count)));
    else if (text.startsWith("import:")) await this.#import(text.slice(7), file);
    else if (Number.isFinite(Number(text))) this.#stack.push(Number(text));
    else this.#stack.push(this.#global(text));
  }

  #take(count: number): ScriptValue[] {
    return count === 0 ? [] : this.#stack.splice(-count);
  }

  async #import(specifier: string, file: string): Promise<void> {
    const { id, source } = this.#options.resolve(specifier, file);
    await this.#block(wordsOf({ code: source, file: id }), id);
  }

  async #call(path: string, args: ScriptValue[]): Promise<void> {
    const [bridge, given] = path.split(".");
    const camel = given?.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const shape = this.#options.bridges.find(({ name }) => name === bridge);
    const known = shape?.methods.find(({ name }) => name === camel);
    const method = known ?? shape?.fallback;
    if (!method) throw new LlmspellError("method.unknown", `there is no ${path}`);
    if (!known) args.unshift(given as string);
    if (sizeOf(args) > this.#options.values.bytes)
      throw new LlmspellError("value.too_large", "the arguments are too large");
    const answer = this.#options.host.call(method.ref, args);
    this.#stack.push(answer instanceof Promise ? await this.#wait(answer) : answer);
  }

  async #wait(answer: Promise<ScriptValue>): Promise<ScriptValue> {
    this.#options.gate.leave();
    try {
      return await answer;
    } finally {
      this.#options.gate.enter();
    }
  }

  #global(path: string): ScriptValue {
    const [name = "", ...rest] = path.split(".");
    const constants = this.#options.bridges.find((bridge) => bridge.name === name)?.constants;
    let value = constants ?? (this.#readGlobal(name) as ScriptValue);
    for (const key of rest) value = (value as ScriptObject | null)?.[key] ?? null;
    return value;
  }

  #readGlobal(name: string): ScriptValue {
    const given = this.#options.globals[name];
    if (typeof given !== "function") return given as ScriptValue;
    if (!this.#lazy.has(name)) this.#lazy.set(name, (given as () => ScriptValue)());
    return this.#lazy.get(name);
  }

  #nextRandom(): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#random / 2 ** 32;
  }

  call(): Promise<ScriptValue> {
    return Promise.reject(new LlmspellError("engine.failed", "the stack language has no functions"));
  }

  snapshot(): never {
    throw new LlmspellError("engine.failed", "the stack engine has no snapshots");
  }

  settle(_pending: number, _outcome: CallOutcome): never {
    throw new LlmspellError("engine.failed", "the stack engine has no snapshots");
  }

  finished(): Promise<ScriptValue> {
    return Promise.reject(new LlmspellError("engine.failed", "the stack engine has no snapshots"));
  }

  memoryUsed(): number {
    return sizeOf(this.#stack);
  }

  dispose(reason = new LlmspellError("value.released", "the VM is gone")): void {
    this.#stop?.(reason);
  }
}

function closing(words: Word[], open: number): number {
  let depth = 0;
  for (let at = open; ; at++) {
    if (words[at]?.text === "{") depth += 1;
    if (words[at]?.text === "}" && --depth === 0) return at;
  }
}
