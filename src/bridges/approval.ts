import { z } from "zod";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { anyValue } from "../bridge/schemas.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import type { ScriptObject } from "../values/script-value.ts";
import { toJson } from "./llm-json.ts";
import { emitEvent } from "./run-events.ts";
import { PEOPLE, type PersonAnswer, type Question } from "./services.ts";

/** Longest that a timer of Node can wait. */
const MOST_MS = 2 ** 31 - 1;

const title = z.string().min(1).max(2000).describe("What is to be allowed, in one line.");
const details = anyValue.optional().describe("What there is to know before answering: text, or data.");
const choices = z
  .array(z.string().min(1).max(200))
  .min(1)
  .max(50)
  .optional()
  .describe("Answers to choose from. Default: yes and no.");
const timeout = z
  .int()
  .min(1)
  .max(MOST_MS)
  .optional()
  .describe("Milliseconds to wait; then it is `approval.timeout`. Default: as long as the run lasts.");

const answer = z.object({
  approved: z.boolean(),
  answer: z.string().describe("What was chosen: `yes` or `no`, or one of the choices."),
  by: z.string().describe("Who answered: `terminal`, `--yes`, or what the program says."),
});

const questionSchema = z.object({
  kind: z.enum(["approval", "question"]),
  title: z.string(),
  details: anyValue.optional(),
  choices: z.array(z.string()).optional(),
  timeoutMs: timeout,
});

/** `approval`: a person is asked before something is done. */
export const approvalBridge = defineBridge({
  name: "approval",
  summary: "Asks the person who runs the spell, and waits for the answer.",
  methods: {
    request: method({
      summary:
        "Asks whether something may be done and waits until a person has answered. A denial is an answer (`approved` is false), no error. Throws `approval.timeout`, and `approval.unavailable` where there is nobody to ask.",
      input: {
        request: z.union([title, z.strictObject({ title, details, choices, timeout })]),
      },
      output: answer,
      effect: "composite",
      run: async ({ request }, ctx) => {
        const { timeout: timeoutMs, ...asked } = typeof request === "string" ? { title: request } : request;
        // A person can look at data alone.
        if (asked.details !== undefined) toJson(asked.details, "approval.request");
        const question = { kind: "approval", ...asked, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
        return (await ctx.call("approval", "ask", [question as ScriptObject])) as unknown as PersonAnswer;
      },
    }),
    ask: method({
      summary: "Asks a person, for whatever part of the run, with the events around it.",
      input: { question: questionSchema },
      output: answer,
      effect: "composite",
      internal: true,
      partOfCall: true,
      run: async ({ question }, ctx) => {
        const { kind, title: text } = question;
        emitEvent(ctx, "approval.requested", { kind, title: text });
        const startedAt = ctx.now();
        const told = () => ({ kind, title: text, duration: ctx.now() - startedAt });
        try {
          const answered = (await ctx.call("approval", "wait", [question as ScriptObject])) as unknown as PersonAnswer;
          emitEvent(ctx, "approval.answered", { ...told(), success: true, ...answered });
          return answered;
        } catch (thrown) {
          const { code, message } = toLlmspellError(thrown);
          emitEvent(ctx, "approval.answered", { ...told(), success: false, approved: false, error: { code, message } });
          throw thrown;
        }
      },
    }),
    wait: method({
      summary: "The question itself, answered from the journal on replay.",
      input: { question: questionSchema },
      output: answer,
      effect: "read",
      internal: true,
      partOfCall: true,
      run: async ({ question: { timeoutMs, ...question } }, ctx) => {
        const tooLate = new AbortController();
        const giveUp = () => tooLate.abort(noAnswer(question.title, timeoutMs ?? 0));
        const timer = timeoutMs === undefined ? undefined : setTimeout(giveUp, timeoutMs);
        try {
          return await ctx.use(PEOPLE).ask(question as Question, AbortSignal.any([ctx.signal, tooLate.signal]));
        } finally {
          clearTimeout(timer);
        }
      },
    }),
  },
});

function noAnswer(title: string, timeoutMs: number): LlmspellError {
  return new LlmspellError("approval.timeout", `nobody answered within ${timeoutMs} ms: ${title}`, {
    hint: "Ask again, or give the question more time with timeout.",
  });
}
