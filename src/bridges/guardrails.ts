import { z } from "zod";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { anyValue } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { inspect } from "../guardrails/apply-guardrails.ts";
import { watches } from "../guardrails/guardrail.ts";
import { guardrailInput, makeGuardrail } from "./make-guardrail.ts";
import { guardPorts, guardrailsOf } from "./run-guardrails.ts";

const onRun = { effect: "local", sync: true } as const;
const MAX_GUARDRAILS = 200;

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

/** `guardrails`: what may go to models and tools, and come from them. */
export const guardrailsBridge = defineBridge({
  name: "guardrails",
  summary:
    "Rules for what goes to models and tools, and comes from them: each call of the run passes them, streamed answers before they are shown.",
  methods: {
    add: method({
      summary:
        "Adds a guardrail for all further calls; answers its name. Built-in checks: requiredKeys {keys}, maxLength {max}, messageCount {max}, pattern {pattern, ignoreCase, mustMatch}, pii {kinds}, secrets, moderation {words, model}, schema {schema}, promptInjection {model}.",
      input: { guardrail: guardrailInput },
      output: z.string(),
      ...onRun,
      run({ guardrail }, ctx) {
        const made = makeGuardrail(guardrail);
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
          const { violations: found, redacted } = await inspect(guardrail, subject, guardPorts(ctx));
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
