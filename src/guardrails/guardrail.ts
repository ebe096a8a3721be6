import { LlmspellError } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { Finding } from "./finding.ts";

/** Where something is checked: what goes to a model, what comes from one, what goes to and comes from a tool. */
export type Stage = "input" | "output" | "tool";
export type GuardrailAction = "block" | "warn" | "redact";

/** What a check may use besides what it checks. It is done for that. */
export interface CheckPorts {
  /** Calls a function of the script. */
  call<T>(run: () => T): T;
  /** Asks a model; answers with its text. */
  ask(prompt: string, model: string | true): Promise<string>;
}

/** What is checked. */
export interface Subject {
  stage: Stage;
  /** The whole: a request's messages, an answer's text, a tool's input or output. */
  value: ScriptValue;
  /** Its texts, and where they stand. */
  texts: readonly { text: string; where: string }[];
  /** What it is about: a model, a tool. */
  subject: string;
}

/** What a check objects to, without the text itself. */
export interface Violation {
  rule: string;
  /** `messages[2]`, `content`, `input.path`, ... */
  where: string;
  count: number;
  /** In words; never what was found. */
  message: string;
}

export interface Guardrail {
  name: string;
  on: "input" | "output" | "both" | "tool";
  action: GuardrailAction;
  /** Places in a text, for what can be said of a text piece by piece: only such can be redacted. */
  find?: ((text: string) => Finding[]) | undefined;
  /** Says of the whole what is wrong with it. */
  check?: ((subject: Subject, ports: CheckPorts) => Violation[] | Promise<Violation[]>) | undefined;
  enabled: boolean;
  release?: (() => void) | undefined;
}

export function watches({ on, enabled }: Guardrail, stage: Stage): boolean {
  if (!enabled) return false;
  return on === stage || (on === "both" && stage !== "tool");
}

/** What the places come to. */
export function violationsOf(found: readonly Finding[], where: string): Violation[] {
  return [...Map.groupBy(found, ({ rule }) => rule)].map(([rule, list]) => ({
    rule,
    where,
    count: list.length,
    message: `${rule.replaceAll("_", " ")} in ${where}`,
  }));
}

export function violated(
  { name }: Guardrail,
  stage: Stage,
  subject: string,
  violations: readonly Violation[],
): LlmspellError {
  const [first] = violations as [Violation];
  const more = violations.length > 1 ? `, and ${violations.length - 1} more` : "";
  const about = subject === "" ? "" : ` of ${subject}`;
  return new LlmspellError(
    "guardrail.violated",
    `the guardrail "${name}" refuses the ${stage}${about}: ${first.message}${more}`,
    {
      details: { guardrail: name, stage, subject, violations },
      hint: 'Take it out of the text, or let the guardrail warn or redact (action = "redact").',
    },
  );
}
