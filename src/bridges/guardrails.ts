import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue, type Callback, callback } from "../bridge/schemas.ts";
import { toCamelCase } from "../engine/naming.ts";
import { LlmspellError } from "../errors.ts";
import { inspect } from "../guardrails/apply-guardrails.ts";
import { type BuiltInCheck, CHECK_OPTIONS, makeCheck } from "../guardrails/built-in-checks.ts";
import { type Guardrail, type Subject, type Violation, watches } from "../guardrails/guardrail.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { guardrailsOf } from "./run-guardrails.ts";

const onRun = { effect: "local", sync: true } as const;
const MAX_GUARDRAILS = 200;

const checkName = z.enum(Object.keys(CHECK_OPTIONS) as [BuiltInCheck, ...BuiltInCheck[]]);
const checkFunction = callback(
  [anyValue, z.object({ stage: z.string(), subject: z.string() })],
  z
    .union([z.boolean(), z.string(), z.object({ passed: z.boolean(), reason: z.string().optional() }), z.null()])
    .optional(),
  ["value", "about"],
);

/** A guardrail as a script, or an agent's configuration, describes it. */
export const guardrailInput = z
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
export type GuardrailInput = z.output<typeof guardrailInput>;

const violation = z.object({
  guardrail: z.string(),
  rule: z.string(),
  where: z.string(),
  count: z.number(),
  message: z.string(),
  action: z.string(),
});
const verdict = z
  .object({
    passed: z.boolean().describe("Whether nothing was found."),
    violations: z.array(violation),
    text: z.string().optional().describe("Of a text: what redacting guardrails leave of it."),
  })
  .meta({ title: "GuardrailVerdict" });

/** Makes a guardrail; who keeps it releases it. */
export function makeGuardrail(given: GuardrailInput, ctx: CallContext): Guardrail {
  const { check, on, action, options } = given;
  const name = given.name ?? (typeof check === "string" ? check : "custom");
  if (typeof check !== "string") {
    if (action === "redact") throw notRedacting(name);
    check.retain();
    return {
      name,
      on,
      action,
      enabled: true,
      check: (subject) => ask(check as Callback, subject),
      release: () => check.release(),
    };
  }
  const parts = makeCheck(check, camel(options), async (prompt, model) => {
    const request = {
      messages: [{ role: "user", content: prompt }],
      temperature: 0,
      maxTokens: 10,
      ...(model === true ? {} : { model }),
    };
    const answer = (await ctx.call("llm", "generate", [request as unknown as ScriptValue])) as ScriptObject;
    return String(answer.content);
  });
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

async function ask(fn: Callback, { value, texts, stage, subject }: Subject): Promise<Violation[]> {
  const given = stage === "input" && texts.length > 0 ? (texts.at(-1)?.text ?? null) : value;
  const answer = (await fn(given, { stage, subject })) as
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

/** Options of Lua and Tengo scripts are spelled ignore_case. The members of a schema or a word list are data. */
function camel(options: ScriptObject = {}): ScriptObject {
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [toCamelCase(key), value]));
}

/** `guardrails`: what may go to models and tools, and come from them. */
export const guardrailsBridge = defineBridge({
  name: "guardrails",
  summary:
    "Rules for what goes to models and tools, and comes from them: each call of the run passes them, streamed answers before they are shown.",
  methods: {
    add: method({
      summary:
        "Adds a guardrail for all further calls; answers its name. Built-in checks: requiredKeys {keys}, maxLength {max}, messageCount {max}, pattern {pattern, ignoreCase, mustMatch}, pii {kinds}, secrets, moderation {words, model}, schema {schema}, promptInjection {model}.",
      input: { guardrail: z.union([checkName, guardrailInput]) },
      output: z.string(),
      ...onRun,
      run({ guardrail }, ctx) {
        const made = makeGuardrail(
          typeof guardrail === "string" ? guardrailInput.parse({ check: guardrail }) : guardrail,
          ctx,
        );
        const all = guardrailsOf(ctx);
        const refuse = (message: string, hint: string) => {
          made.release?.();
          return new LlmspellError("input.invalid", message, { hint });
        };
        if (all.some(({ name }) => name === made.name))
          throw refuse(
            `there is a guardrail "${made.name}" already`,
            "Give it another name, or guardrails.remove it first.",
          );
        if (all.length >= MAX_GUARDRAILS)
          throw refuse(`a run has at most ${MAX_GUARDRAILS} guardrails`, "Add them once, not for each call.");
        all.push(made);
        return made.name;
      },
    }),
    check: method({
      summary:
        "Puts a text or a value before the guardrails without blocking anything: says what they find. With `failFast` it stops at the first.",
      input: {
        value: anyValue,
        options: z
          .strictObject({
            names: z.array(z.string()).optional().describe("Only these."),
            stage: z.enum(["input", "output", "tool"]).optional().describe("Only those of the stage."),
            failFast: z.boolean().default(false),
          })
          .prefault({}),
      },
      output: verdict,
      effect: "local",
      async run({ value, options: { names, stage, failFast } }, ctx) {
        const violations: z.output<typeof violation>[] = [];
        let text = typeof value === "string" ? value : undefined;
        for (const guardrail of guardrailsOf(ctx)) {
          if (names ? !names.includes(guardrail.name) : !guardrail.enabled) continue;
          if (stage && !watches(guardrail, stage)) continue;
          const shown = text ?? JSON.stringify(value) ?? "";
          const subject = {
            stage: stage ?? ("input" as const),
            value: text ?? value,
            texts: [{ text: shown, where: "value" }],
            subject: "",
          };
          const { violations: found, redacted } = await inspect(guardrail, subject);
          violations.push(...found.map((each) => ({ guardrail: guardrail.name, action: guardrail.action, ...each })));
          if (guardrail.action === "redact" && text !== undefined) text = redacted?.[0] ?? text;
          if (failFast && found.length > 0) break;
        }
        return { passed: violations.length === 0, violations, ...(text === undefined ? {} : { text }) };
      },
    }),
    list: method({
      summary: "The guardrails, in the order in which they are asked.",
      input: {},
      output: z.array(z.object({ name: z.string(), on: z.string(), action: z.string() })),
      ...onRun,
      run: (_, ctx) => guardrailsOf(ctx).map(({ name, on, action }) => ({ name, on, action })),
    }),
    remove: method({
      summary: "Removes a guardrail; answers whether there was one.",
      input: { name: z.string() },
      output: z.boolean(),
      ...onRun,
      run({ name }, ctx) {
        const all = guardrailsOf(ctx);
        const index = all.findIndex((each) => each.name === name);
        if (index < 0) return false;
        for (const { release } of all.splice(index, 1)) release?.();
        return true;
      },
    }),
  },
});
