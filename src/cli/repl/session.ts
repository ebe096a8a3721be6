import { LlmspellError, toLlmspellError } from "../../errors.ts";
import type { RunResult } from "../../runtime/runtime-options.ts";
import { Generation, type SessionRun } from "./generation.ts";
import type { PreparedInput, ReplInput, ReplLanguage } from "./language.ts";
import type { ReplAnswer, ReplRequest } from "./protocol.ts";

export type Evaluation =
  | { status: "done"; text: string | undefined }
  | { status: "failed"; error: LlmspellError }
  | { status: "interrupted" };

/** What a session tells besides answers. */
export interface SessionListener {
  /** The session's VM ended while nothing was evaluated: something an earlier input had left running did it. */
  lost(error: LlmspellError): void;
  /** What earlier inputs had defined could not be brought back. */
  forgot(error: LlmspellError): void;
}

/**
 * Inputs evaluated one after the other in one VM. The VM may end at any time (a limit, an interruption); the session then goes
 * on in a new one, which the journal takes to where it was before the input that failed.
 */
export class ReplSession {
  readonly inputs: ReplInput[] = [];
  readonly #language: ReplLanguage;
  readonly #run: SessionRun;
  readonly #listener: SessionListener;
  #generation: Generation;
  /** Inputs that were evaluated without an error: what `.save` writes. */
  readonly #done: string[] = [];
  readonly #interruption = new LlmspellError("run.aborted", "interrupted");
  /** While a new VM is being taken to where the old one was. */
  #restored: Promise<void> | undefined;
  readonly #closing = new Set<Promise<void>>();
  #isOver = false;
  #lines = 0;
  #count = 0;

  constructor(language: ReplLanguage, run: SessionRun, listener: SessionListener) {
    this.#language = language;
    this.#run = run;
    this.#listener = listener;
    this.#generation = this.#start([]);
  }

  get done(): readonly string[] {
    return this.#done;
  }

  /** Evaluates an input. `file` is where it was loaded from. */
  async evaluate(text: string, { width, file }: { width: number; file?: string }): Promise<Evaluation> {
    const result = await this.#send(text, file, (prepared, name) => ({
      task: "evaluate",
      ...prepared,
      file: name,
      width,
    }));
    if (result.status === "done") this.#done.push(text);
    return result;
  }

  /** What kind of value an expression has. */
  describe(text: string): Promise<Evaluation> {
    return this.#send(text, undefined, (prepared, name) => ({ task: "describe", ...prepared, file: name }));
  }

  /** An error as the session's user knows its places: inputs, and nothing of the session's own script. */
  located(error: LlmspellError): LlmspellError {
    const frames = (error.frames ?? [])
      .filter(({ file }) => file !== this.#run.spell.file)
      .flatMap((frame) => (this.#language.locate ? (this.#language.locate(frame, this.inputs) ?? []) : frame));
    return LlmspellError.fromData({ ...error.toData(), frames });
  }

  /** Reaches the script for what runs nothing of the user's. Rejects when the session's VM ends. */
  async ask(request: ReplRequest): Promise<ReplAnswer> {
    await this.#restored;
    const generation = this.#generation;
    try {
      return await generation.ask(request);
    } catch (thrown) {
      this.#goOn(generation, toLlmspellError(thrown));
      throw thrown;
    }
  }

  /**
   * Ends what is being evaluated: the session goes on as if it had never been entered. While the session is being brought
   * back after that, gives this up.
   */
  interrupt(): void {
    if (this.#generation.isBusy || this.#restored) this.#close(this.#generation, this.#interruption);
  }

  /** A fresh VM, in which nothing is defined. */
  reset(): void {
    const old = this.#generation;
    this.#generation = this.#start([]);
    this.#close(old, new LlmspellError("run.aborted", "the session was reset"));
    this.inputs.length = 0;
    this.#done.length = 0;
    this.#lines = 0;
  }

  /** Lets what inputs left running come to its end. */
  finish(): Promise<RunResult> {
    this.#isOver = true;
    return this.#generation.finish();
  }

  /** Ends the session at once. Resolves when nothing is left of it. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#close(this.#generation, new LlmspellError("run.aborted", "the session has ended"));
    await Promise.all(this.#closing);
  }

  #close(generation: Generation, reason: LlmspellError): void {
    const closed = generation.abort(reason);
    this.#closing.add(closed);
    void closed.finally(() => this.#closing.delete(closed));
  }

  async #send(
    text: string,
    file: string | undefined,
    request: (prepared: PreparedInput, name: string) => ReplRequest,
  ): Promise<Evaluation> {
    const input: ReplInput = { name: file ?? `<input ${++this.#count}>`, text, firstLine: this.#lines + 1 };
    this.inputs.push(input);
    this.#lines += text.split("\n").length + 2;
    try {
      const { code, names, columnOf } = this.#language.prepare(input);
      if (columnOf) input.columnOf = columnOf;
      const answer = await this.ask(request({ code, names }, input.name));
      if (answer.error === undefined && answer.thrown === undefined) return { status: "done", text: answer.text };
      return { status: "failed", error: this.#language.errorOf(answer) };
    } catch (thrown) {
      if (thrown === this.#interruption) return { status: "interrupted" };
      return { status: "failed", error: toLlmspellError(thrown) };
    }
  }

  #start(recorded: readonly string[]): Generation {
    const generation: Generation = new Generation(this.#run, recorded, (error) => {
      if (this.#isOver) return;
      this.#listener.lost(error);
      this.#goOn(generation, error);
    });
    return generation;
  }

  /** Replaces a VM that has ended by one that remembers what it did; by a fresh one where that fails. */
  #goOn(old: Generation, reason: LlmspellError): void {
    if (old !== this.#generation || this.#isOver) return;
    this.#close(old, reason);
    const next = this.#start(old.journalBefore());
    this.#generation = next;
    const restored: Promise<void> = this.#settle(next, reason).finally(() => {
      if (this.#restored === restored) this.#restored = undefined;
    });
    this.#restored = restored;
  }

  async #settle(next: Generation, reason: LlmspellError): Promise<void> {
    try {
      await next.ready;
    } catch (thrown) {
      if (next !== this.#generation || this.#isOver) return;
      this.#close(next, reason);
      this.#generation = this.#start([]);
      this.#listener.forgot(toLlmspellError(thrown));
    }
  }
}
