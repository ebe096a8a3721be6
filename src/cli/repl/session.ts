import { LlmspellError, toLlmspellError } from "../../errors.ts";
import type { RunResult } from "../../runtime/runtime-options.ts";
import { Generation, type SessionRun } from "./generation.ts";
import { type PreparedInput, type ReplInput, type ReplLanguage, framesOfUser } from "./language.ts";
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
    if (this.#generation.isBusy || this.#restored) this.#generation.abort(this.#interruption);
  }

  /** A fresh VM, in which nothing is defined. */
  reset(): void {
    const old = this.#generation;
    this.#generation = this.#start([]);
    old.abort(new LlmspellError("run.aborted", "the session was reset"));
    this.inputs.length = 0;
    this.#done.length = 0;
    this.#lines = 0;
  }

  /** Lets what inputs left running come to its end. */
  finish(): Promise<RunResult> {
    return this.#generation.finish();
  }

  end(): void {
    this.#isOver = true;
    this.#generation.abort(new LlmspellError("run.aborted", "the session has ended"));
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
      return { status: "failed", error: this.#language.errorOf(answer, this.inputs) };
    } catch (thrown) {
      if (thrown === this.#interruption) return { status: "interrupted" };
      const error = toLlmspellError(thrown);
      error.frames = framesOfUser(error.frames);
      return { status: "failed", error };
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
    old.abort(reason);
    const next = this.#start(old.journalBeforeRequest());
    this.#generation = next;
    const restored: Promise<void> = next.ready
      .catch((thrown: unknown) => {
        if (next !== this.#generation || this.#isOver) return;
        next.abort(reason);
        this.#generation = this.#start([]);
        this.#listener.forgot(toLlmspellError(thrown));
      })
      .finally(() => {
        if (this.#restored === restored) this.#restored = undefined;
      });
    this.#restored = restored;
  }
}
