import { LlmspellError, toLlmspellError } from "../errors.ts";
import { disjoint, redactFindings } from "./finding.ts";
import {
  type CheckPorts,
  type Guardrail,
  type Stage,
  type Subject,
  violated,
  type Violation,
  violationsOf,
  watches,
} from "./guardrail.ts";

export interface GuardPorts extends CheckPorts {
  /** Told of each guardrail that found something, before it blocks. */
  triggered(guardrail: Guardrail, about: Pick<Subject, "stage" | "subject">, violations: readonly Violation[]): void;
}

export interface Applied {
  /** The texts as they are to be used, in their order. */
  texts: string[];
  /** Whether any is another one now. */
  changed: boolean;
}

/** Puts what is checked before the guardrails of its stage, in their order. Throws `guardrail.violated`, `guardrail.failed`. */
export async function applyGuardrails(
  all: readonly Guardrail[],
  subject: Subject,
  ports: GuardPorts,
): Promise<Applied> {
  let texts = subject.texts.map(({ text }) => text);
  let changed = false;
  for (const guardrail of all) {
    if (!watches(guardrail, subject.stage)) continue;
    const current = {
      ...subject,
      texts: subject.texts.map(({ where }, index) => ({ text: texts[index] as string, where })),
    };
    const { violations, redacted } = await inspect(guardrail, current, ports);
    if (violations.length === 0) continue;
    ports.triggered(guardrail, subject, violations);
    if (guardrail.action === "block") throw violated(guardrail, subject.stage, subject.subject, violations);
    if (guardrail.action === "redact" && redacted) {
      texts = redacted;
      changed = true;
    }
  }
  return { texts, changed };
}

/** What one guardrail says. */
export async function inspect(
  guardrail: Guardrail,
  subject: Subject,
  ports: CheckPorts,
): Promise<{ violations: Violation[]; redacted?: string[] }> {
  try {
    const { find, check } = guardrail;
    if (!find) return { violations: (await check?.(subject, ports)) ?? [] };
    const found = subject.texts.map(({ text, where }) => ({ text, where, found: disjoint(find(text)) }));
    return {
      violations: found.flatMap(({ found: places, where }) => violationsOf(places, where)),
      redacted: found.map(({ text, found: places }) => redactFindings(text, places)),
    };
  } catch (thrown) {
    const cause = toLlmspellError(thrown);
    if (cause.final || cause.code === "guardrail.violated") throw cause;
    throw new LlmspellError(
      "guardrail.failed",
      `the guardrail "${guardrail.name}" could not check the ${subject.stage}: ${cause.message}`,
      {
        cause,
        details: { guardrail: guardrail.name, stage: subject.stage },
      },
    );
  }
}

/** Those that can be asked only about a whole text. */
export function needsWhole(all: readonly Guardrail[], stage: Stage): boolean {
  return all.some((each) => watches(each, stage) && !each.find && each.action === "block");
}
