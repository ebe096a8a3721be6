import { disjoint, type Finding, redactFindings } from "./finding.ts";
import { type Guardrail, violated, type Violation, violationsOf, watches } from "./guardrail.ts";

/** Characters that are held back while a stream runs: what is shorter than this is found before any of it is shown. */
const STREAM_WINDOW = 256;
/** Characters before them that a pattern may look back at. */
const CONTEXT = 32;

/** The text of a streamed answer, on its way past the guardrails that look for places in it. */
export class StreamGuard {
  readonly #guardrails: readonly Guardrail[];
  readonly #subject: string;
  /** Of those that block: the others are told of when the whole answer is checked. */
  readonly #triggered: (guardrail: Guardrail, violations: readonly Violation[]) => void;
  /** Shown already. */
  #context = "";
  #held = "";

  constructor(
    all: readonly Guardrail[],
    subject: string,
    triggered: (guardrail: Guardrail, violations: readonly Violation[]) => void,
  ) {
    this.#guardrails = all.filter((each) => watches(each, "output") && each.find);
    this.#subject = subject;
    this.#triggered = triggered;
  }

  /** Whether there is anything to look for. */
  get idle(): boolean {
    return this.#guardrails.length === 0;
  }

  /** Takes a piece; answers what may be shown now. Throws `guardrail.violated` before any of what was found is shown. */
  add(text: string): string {
    this.#held += text;
    return this.#release(this.#held.length - STREAM_WINDOW);
  }

  /** What is left at the end. */
  end(): string {
    return this.#release(this.#held.length);
  }

  #release(upTo: number): string {
    if (upTo <= 0) return "";
    const ending = upTo === this.#held.length;
    let cut = upTo;
    const seen = this.#context + this.#held;
    const before = this.#context.length;
    const places: Finding[] = [];
    for (const guardrail of this.#guardrails) {
      const found = (guardrail.find?.(seen) ?? []).filter(({ end }) => end > before);
      if (guardrail.action === "block" && found.length > 0) {
        const violations = violationsOf(found, "content");
        this.#triggered(guardrail, violations);
        throw violated(guardrail, "output", this.#subject, violations);
      }
      places.push(
        ...found.map(({ rule, start, end }) => ({ rule, start: Math.max(0, start - before), end: end - before })),
      );
    }
    const found = disjoint(places);
    // What goes over the cut may still grow: it waits as a whole.
    if (!ending) for (const { start, end } of found) if (start < cut && end >= cut) cut = start;
    if (cut <= 0) return "";
    const shown = this.#redacted(found, cut);
    this.#context = (this.#context + this.#held.slice(0, cut)).slice(-CONTEXT);
    this.#held = this.#held.slice(cut);
    return shown;
  }

  #redacted(found: readonly Finding[], cut: number): string {
    const raw = this.#held.slice(0, cut);
    if (found.every(({ start }) => start >= cut)) return raw;
    let result = raw;
    for (const { action, find } of this.#guardrails) {
      if (action === "redact") result = redactFindings(result, disjoint(find?.(result) ?? []));
    }
    return result;
  }
}
