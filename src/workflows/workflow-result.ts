import { z } from "zod";
import { anyValue } from "../bridge/schemas.ts";

const stepResultFields = {
  status: z.enum(["completed", "failed", "skipped", "cancelled"]),
  output: anyValue.optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  attempts: z.int().describe("Calls of what it does; 0 where it was skipped."),
  durationMs: z.number(),
  fallback: z.boolean().optional().describe("Its fallback stood in."),
};

export const stepResult = z
  .object({
    ...stepResultFields,
    steps: z
      .lazy((): z.ZodType => z.record(z.string(), stepResult).optional())
      .describe("Of a step that has steps itself."),
  })
  .meta({ title: "WorkflowStepResult" });

export const workflowResult = z
  .object({
    status: z.enum(["completed", "failed", "cancelled"]),
    output: anyValue.optional(),
    steps: z.record(z.string(), stepResult),
    error: z.object({ code: z.string(), message: z.string(), step: z.string().optional() }).optional(),
    durationMs: z.number(),
  })
  .meta({ title: "WorkflowResult" });
