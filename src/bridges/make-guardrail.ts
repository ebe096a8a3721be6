import { z } from "zod";
import { anyObject, anyValue, type Callback, callback } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { type BuiltInCheck, CHECK_OPTIONS, makeCheck } from "../guardrails/built-in-checks.ts";
import type { CheckPorts, Guardrail, Subject, Violation } from "../guardrails/guardrail.ts";
import { givenOptions } from "./given-options.ts";

const checkName = z.enum(Object.keys(CHECK_OPTIONS) as [BuiltInCheck, ...BuiltInCheck[]]);
const checkFunction = callback(
  [anyValue, z.object({ stage: z.string(), subject: z.string() })],
  z
    .union([z.boolean(), z.string(), z.object({ passed: z.boolean(), reason: z.string().optional() }), z.null()])
    .optional(),
  ["value", "about"],
);

/** A guardrail as a script, or an agent's configuration, describes it. */
const guardrailObject = z
  .strictObject({
    name: z.string().min(1).max(100).optional().describe("Default: the check's name."),
    on: z.enum(["input", "output", "both", "tool"]).default("both").describe("`tool`: inputs and outputs of tools."),
    check: z
      .union([checkName, checkFunction])
      .describe(
        "A built-in check, or a function of the value: true or nothing passes; false, a reason or `{passed, reason}` says no.",
      ),
    options: anyObject.optional().describe("Of a built-in check."),
    action: z.enum(["block", "warn", "redact"]).default("block"),
  })
  .meta({ title: "Guardrail" });

/** The same, or the name of a built-in check. */
export const guardrailInput = z.union([checkName, guardrailObject]);
export type GuardrailInput = z.output<typeof guardrailInput>;

/** Makes a guardrail; who keeps it releases it. */
export function makeGuardrail(given: GuardrailInput): Guardrail {
  const settings = typeof given === "string" ? guardrailObject.parse({ check: given }) : given;
  const { check, on, action, options } = settings;
  const name = settings.name ?? (typeof check === "string" ? check : "custom");
  if (typeof check !== "string") {
    if (action === "redact") throw notRedacting(name);
    check.retain();
    return {
      name,
      on,
      action,
      enabled: true,
      check: (subject, ports) => ask(check as Callback, subject, ports),
      release: () => check.release(),
    };
  }
  const parts = makeCheck(check, givenOptions(`the guardrail check ${check}`, CHECK_OPTIONS[check], options));
  if (action === "redact" && !parts.find) throw notRedacting(name);
  return { name, on, action, enabled: true, ...parts };
}

function notRedacting(name: string): LlmspellError {
  return new LlmspellError(
    "input.invalid",
    `the guardrail "${name}" cannot redact: it does not say where in a text something is`,
    {
      hint: "Checks that can: pattern, pii, secrets, and moderation and promptInjection without a model. Use block or warn.",
    },
  );
}

async function ask(
  fn: Callback,
  { value, texts, stage, subject }: Subject,
  { call }: CheckPorts,
): Promise<Violation[]> {
  const given = stage === "input" && texts.length > 0 ? (texts.at(-1)?.text ?? null) : value;
  const answer = (await call(() => fn(given, { stage, subject }))) as
    | boolean
    | string
    | { passed: boolean; reason?: string }
    | null
    | undefined;
  if (answer === true || answer === null || answer === undefined) return [];
  const [passed, reason] =
    typeof answer === "object"
      ? [answer.passed, answer.reason]
      : [false, typeof answer === "string" ? answer : undefined];
  return passed ? [] : [{ rule: "custom", where: stage, count: 1, message: reason ?? "the check says no" }];
}
