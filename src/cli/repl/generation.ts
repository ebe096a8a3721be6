import { z } from "zod";
import { anything } from "../../bridge/any-schema.ts";
import { type BridgeDefinition, defineBridge, method } from "../../bridge/define-bridge.ts";
import { outlineOf } from "../../bridge/outline.ts";
import { LlmspellError } from "../../errors.ts";
import { Journals } from "../../runtime/journals.ts";
import { createRemoteMethods } from "../../runtime/remote-methods.ts";
import { newRunId } from "../../runtime/run-id.ts";
import { RunRecorder } from "../../runtime/run-recorder.ts";
import { runSpell } from "../../runtime/run-spell.ts";
import type { RunOptions, RunResult, RuntimeOptions } from "../../runtime/runtime-options.ts";
import type { Spell } from "../../runtime/spell.ts";
import { Supervisor } from "../../runtime/supervisor.ts";
import type { ScriptValue } from "../../values/script-value.ts";
import { type ReplAnswer, type ReplRequest, replAnswerOf } from "./protocol.ts";

/** The session's run, and all that decides what it does. */
export interface SessionRun {
  spell: Spell;
  options: RunOptions;
  /** What is configured for every run. */
  runtime: RuntimeOptions;
}

interface Waiting {
  request: ReplRequest;
  resolve(answer: ReplAnswer): void;
  reject(error: LlmspellError): void;
}

const METHOD = "repl.next";

/**
 * One life of a session's VM: a run, in a worker of its own, whose script asks `repl.next(answer)` for what to do and waits
 * for it as for any other call. When the run ends, whatever waits is rejected with the reason.
 */
export class Generation {
  /** Settles when the script asks for the first time for what the journal does not answer; rejects when it never comes to that. */
  readonly ready: Promise<void>;
  readonly ended: Promise<RunResult>;
  readonly #supervisor: Supervisor;
  readonly #recorder = new RunRecorder();
  readonly #abort = new AbortController();
  readonly #becomeReady: () => void;
  /** The script waits for a request. */
  #next: ((request: ReplRequest | null) => void) | undefined;
  #asked: Waiting | undefined;
  /** Whether something was asked when the run ended. */
  #wasAsked = false;
  /** Requests that were answered, those of earlier generations included. */
  #answered: number;
  readonly #queue: Waiting[] = [];
  #over: LlmspellError | undefined;
  #closing = false;

  /**
   * `recorded`: the journal of an earlier generation, which this one goes on from. `onLost`: the run ended by itself while
   * nothing was asked of it.
   */
  constructor(
    { spell, options, runtime }: SessionRun,
    recorded: readonly string[],
    onLost: (error: LlmspellError) => void,
  ) {
    // As its own entries: each generation is kept as a whole.
    this.#recorder.append(recorded.join(""));
    this.#answered = endsOfRequests(recorded).length;
    const bridge = bridgeOf((answer) => this.#take(answer));
    this.#supervisor = new Supervisor({
      remoteBridges: [outlineOf(bridge)],
      remoteMethod: createRemoteMethods([bridge]),
      journals: new Journals({ file: runtime.journal || undefined, keep: runtime.journalKeep }),
    });
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    this.ready.catch(() => undefined);
    this.#becomeReady = ready.resolve;
    this.ended = runSpell(
      this.#supervisor,
      newRunId(),
      spell,
      runtime,
      { ...options, signal: this.#abort.signal },
      this.#recorder,
    );
    void this.ended.then((result) => {
      const error = result.ok ? new LlmspellError("run.aborted", "the session has ended") : result.error;
      const isLost = this.#next !== undefined && !this.#over && !this.#closing;
      ready.reject(error);
      this.#fail(error);
      if (isLost) onLost(error);
    });
  }

  /** Asks the script for something; one after the other. Rejects with what ended the run. */
  ask(request: ReplRequest): Promise<ReplAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#over) return reject(this.#over);
      this.#queue.push({ request, resolve, reject });
      this.#hand();
    });
  }

  get isBusy(): boolean {
    return this.#asked !== undefined || this.#queue.length > 0;
  }

  /** Ends the run at once, whatever it does. Resolves when nothing is left of it. */
  async abort(error: LlmspellError): Promise<void> {
    this.#abort.abort(error);
    this.#fail(error);
    await this.#supervisor.shutdown();
  }

  /** Lets the script end: also what it left running comes to its end. */
  finish(): Promise<RunResult> {
    this.#closing = true;
    this.#next?.(null);
    return this.ended;
  }

  /**
   * The journal up to the request that is being answered, from which the run can go on as if that had never come. Where none
   * is, up to the last one: something that it had left running ended the run.
   */
  journalBefore(): string[] {
    const lines = this.#recorder.lines().join("").split("\n").slice(0, -1);
    const ends = endsOfRequests(lines);
    const kept = this.#wasAsked ? this.#answered : this.#answered - 1;
    // A request may have been handed over and not yet be in the journal.
    return lines.slice(0, ends[Math.max(0, kept)]).map((line) => `${line}\n`);
  }

  #take(answer: ReplAnswer): Promise<ReplRequest | null> {
    this.#becomeReady();
    if (this.#asked) {
      this.#answered += 1;
      this.#asked.resolve(answer);
    }
    this.#asked = undefined;
    if (this.#closing) return Promise.resolve(null);
    const { promise, resolve } = Promise.withResolvers<ReplRequest | null>();
    this.#next = resolve;
    this.#hand();
    return promise;
  }

  #hand(): void {
    const next = this.#next;
    if (!next) return;
    this.#asked = this.#queue.shift();
    if (!this.#asked) return;
    this.#next = undefined;
    next(this.#asked.request);
  }

  #fail(error: LlmspellError): void {
    if (this.#over) return;
    this.#over = error;
    this.#wasAsked = this.#asked !== undefined;
    for (const waiting of this.#asked ? [this.#asked, ...this.#queue] : this.#queue) waiting.reject(error);
    this.#asked = undefined;
    this.#queue.length = 0;
  }
}

function bridgeOf(take: (answer: ReplAnswer) => Promise<ReplRequest | null>): BridgeDefinition {
  return defineBridge({
    name: "repl",
    summary: "The session's prompt.",
    methods: {
      open: method({
        summary: "Runs the loop of a session in a language that could not write it itself.",
        input: { code: z.string() },
        output: anything,
        effect: "local",
        native: "open_session",
        run: () => null,
      }),
      next: method({
        summary: "Hands over the answer to the last request, and waits for the next one.",
        input: {},
        rest: anything,
        output: anything,
        effect: "write",
        renews: true,
        run: async ({ rest }) => (await take(replAnswerOf(rest[0]))) as ScriptValue,
      }),
    },
  });
}

/** Where in a journal requests reached the script. */
function endsOfRequests(lines: readonly string[]): number[] {
  const started = new Set<number>();
  return lines.flatMap((line, index) => {
    const { type, seq, method: name } = JSON.parse(line) as { type: string; seq: number; method?: string };
    if (name === METHOD) started.add(seq);
    return type === "ended" && started.has(seq) ? [index] : [];
  });
}
