import { z } from "zod";
import { defineTool } from "../tool.ts";

const HOUR_MS = 3_600_000;

export const askPerson = defineTool({
  name: "ask_person",
  category: "person",
  description:
    "Asks the person who runs this a question and waits for the answer. Use it when only they can know or decide; not for what other tools can find out.",
  tags: ["person", "question", "human", "input"],
  parameters: z.object({
    question: z.string().min(1).max(2000).describe("The question, so that it can be answered without more context."),
    choices: z.array(z.string().min(1).max(200)).min(2).max(50).optional().describe("Answers to choose from."),
    timeout_seconds: z
      .int()
      .min(1)
      .max(24 * 3600)
      .optional()
      .describe("How long to wait. Default: as long as it takes."),
  }),
  returns: z.object({ answer: z.string() }),
  effect: "local",
  permissions: [],
  timeoutMs: 24 * HOUR_MS,
  examples: [
    { description: "A choice", args: { question: "Which tone shall it have?", choices: ["formal", "friendly"] } },
  ],
  async execute({ question, choices, timeout_seconds: seconds }, host) {
    const limits = { ...(choices ? { choices } : {}), ...(seconds === undefined ? {} : { timeoutMs: seconds * 1000 }) };
    return { answer: await host.askPerson({ question, ...limits }) };
  },
});
