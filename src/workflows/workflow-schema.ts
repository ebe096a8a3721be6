import { z } from "zod";
import { anyObject, anyValue, callback, handle } from "../bridge/schemas.ts";
import { readDuration } from "../values/units.ts";
import {
  ACTION_TYPES,
  BACKOFFS,
  type GivenStep,
  LOOPS,
  MERGES,
  ON_ERROR,
  type Workflow,
  WORKFLOW_TYPES,
} from "./definition.ts";
import { stepResult } from "./workflow-result.ts";

const MOST_MS = 2 ** 31 - 1;

/** What a function of a step gets. */
const stepData = z
  .object({
    input: anyValue.optional().describe("What the workflow was given."),
    params: anyValue.optional().describe("The step's own, filled in."),
    previous: anyValue.optional().describe("Output of the step before."),
    steps: z.record(z.string(), stepResult),
    vars: anyValue.optional(),
    item: anyValue.optional(),
    index: z.int().optional(),
    iteration: z.int().optional(),
    last: anyValue.optional().describe("Output of the iteration before."),
    attempt: z.int().optional(),
    output: anyValue.optional(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
  })
  .meta({ title: "WorkflowStepData" });

const stepFunction = callback([stepData], anyValue, ["data"]);

interface SchemaParts {
  /** The options of an agent that a workflow defines. */
  agent: z.ZodType;
  /** Functions and handles can stand in it, which no file holds. */
  inScript: boolean;
}

export interface WorkflowSchemas {
  step: z.ZodType<GivenStep>;
  workflow: z.ZodType<Workflow>;
}

function union(...options: (z.ZodType | undefined)[]): z.ZodType {
  const given = options.filter((option) => option !== undefined);
  return given.length === 1 ? (given[0] as z.ZodType) : z.union(given as [z.ZodType, z.ZodType]);
}

const duration = z
  .union(
    [
      z.number().min(0).max(MOST_MS),
      z
        .string()
        .refine((text) => text.includes("{{") || isDuration(text), "expected a duration such as 500ms, 90s or 5m"),
    ],
    {
      error: "expected milliseconds, or a duration such as 500ms, 90s or 5m",
    },
  )
  .describe("Milliseconds, or a text such as 500ms, 90s or 5m.");

/** With its unit: a bare number is milliseconds elsewhere. */
function isDuration(text: string): boolean {
  return /[a-z]$/i.test(text.trim()) && readDuration(text) !== undefined;
}

const name = z
  .string()
  .regex(/^[\p{L}_][\p{L}\p{N}_-]{0,99}$/u, "expected a name of letters, digits, _ and - that begins with a letter");

/** What stands for a step that runs it. */
const STEP_HANDLES = ["agent", "tool", "workflow"].map((type) => handle(type));

/** What a workflow is written like. */
export function workflowSchemas({ agent, inScript: handles }: SchemaParts): WorkflowSchemas {
  const fn = handles ? stepFunction : undefined;
  const text = z.string().max(1_000_000);
  const step: z.ZodType = z.lazy(() => union(fn, ...(handles ? STEP_HANDLES : []), stepObject));
  const steps = z.array(step);
  const condition = union(z.union([z.boolean(), text.min(1)]), fn);
  const reaction = union(z.union([name, z.array(name)]), fn);
  const whole = z.union([z.number(), z.string()]);
  const body = {
    steps: steps
      .optional()
      .describe("What it does. A step is an object; in a script a function, an agent, a tool or a workflow, too."),
    branches: z
      .array(z.strictObject({ condition, steps }))
      .optional()
      .describe("Of a conditional one: the first whose condition holds runs."),
    switch: union(text, fn)
      .optional()
      .describe("Of a conditional one: an expression whose value names one of `cases`."),
    cases: z.record(z.string(), steps).optional(),
    default: steps.optional().describe("Runs where no branch or case fits."),
    condition: condition
      .optional()
      .describe("Of a step: whether it runs. Of a loop: whether it goes on (`while`) or ends (`until`)."),
    loop: z.enum(LOOPS).optional().describe("Default: `forEach` with items, `range` with a range, else `while`."),
    items: anyValue.optional().describe("Of a loop: a list, or a template of one; in a script a function, too."),
    range: z
      .strictObject({ from: whole.optional(), to: whole, step: whole.optional() })
      .optional()
      .describe("Of a loop: numbers from `from` (default 1) to `to`, both included."),
    as: name.optional().describe("What an item is called besides `item`."),
    maxIterations: z.int().min(1).max(100_000).optional().describe("More is an error. Default 1,000."),
    collect: z
      .enum(["all", "last"])
      .optional()
      .describe("The output of a loop: of all iterations, or of the last. Default: all; of while and until the last."),
    maxConcurrency: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe("Steps at once (parallel, dag; default 10), or iterations (forEach, range; default 1)."),
    merge: union(z.enum(MERGES), fn && callback([z.record(z.string(), stepResult)], anyValue, ["results"]))
      .optional()
      .describe("The output of a parallel one: of all by name (default), of the first, of most, or of a function."),
  };
  const stepObject = z
    .strictObject({
      name: name.optional(),
      description: text.optional(),
      type: z
        .enum([...ACTION_TYPES, ...WORKFLOW_TYPES])
        .optional()
        .describe("Default: by the fields that are given."),
      agent: union(text.min(1), handles ? handle("agent") : undefined).optional(),
      tool: union(text.min(1), handles ? handle("tool") : undefined).optional(),
      ...(fn ? { fn: fn.optional() } : {}),
      workflow: union(
        text.min(1),
        handles ? handle("workflow") : undefined,
        z.lazy(() => workflow),
      )
        .optional()
        .describe("A registered workflow's name, or a workflow."),
      spell: text.min(1).optional(),
      prompt: text.optional().describe("For an agent or a model. A template."),
      params: anyValue.optional().describe("For a tool, spell, workflow or function. Texts in it are templates."),
      model: text.optional(),
      system: text.optional().describe("For a model. A template."),
      schema: anyObject.optional().describe("What a model answers: JSON Schema."),
      options: anyObject.optional().describe("More for the agent or the model."),
      wait: duration.optional(),
      approval: z
        .union([
          text.min(1),
          z.strictObject({ title: text.min(1), details: anyValue.optional(), timeout: duration.optional() }),
        ])
        .optional()
        .describe("What a person is asked. A denial fails the step."),
      retry: z
        .union([
          z.int().min(1).max(100),
          z.strictObject({
            maxAttempts: z.int().min(1).max(100).optional().describe("Calls in all. Default 3."),
            backoff: z.enum(BACKOFFS).optional().describe("Default exponential."),
            baseDelay: duration.optional().describe("Before the second call. Default 500 ms."),
            maxDelay: duration.optional().describe("Default 30 s."),
            jitter: z.boolean().optional().describe("Waits a random part, at least half, of each delay. Default true."),
          }),
        ])
        .optional(),
      timeout: duration.optional().describe("Of each attempt."),
      onError: z.enum(ON_ERROR).optional().describe("Default: fail, or fallback where one is given."),
      fallback: z.lazy(() => step.optional()).describe("Runs in its place when it failed."),
      fallbackValue: anyValue.optional().describe("Its output when it failed."),
      onSuccess: reaction.optional().describe("Steps that run after its success, and else do not; or a function."),
      onFailure: reaction.optional().describe("Steps that run after its failure, and else do not; or a function."),
      compensate: z.lazy(() => step.optional()).describe("Undoes it when the workflow fails later."),
      dependsOn: z.union([name, z.array(name)]).optional(),
      ...body,
    })
    .meta({ title: "WorkflowStep" });
  const workflow = z
    .strictObject({
      name: name.optional(),
      description: text.optional(),
      version: z.union([z.string(), z.number()]).optional(),
      type: z.enum(WORKFLOW_TYPES).optional().describe("Default sequential."),
      input: anyObject.optional().describe("JSON Schema of the input, or the short form by name."),
      vars: anyObject.optional().describe("Values beside the input. Templates see them as `vars`."),
      agents: z
        .record(z.string(), agent)
        .optional()
        .describe("Agents of this workflow by name, as for `agent.create`."),
      models: z.strictObject({ default: text.optional() }).optional().describe("Models where a step names none."),
      output: anyValue.optional().describe("Template of the result. Default: the output of the last step."),
      timeout: duration.optional().describe("Of the whole run."),
      ...body,
    })
    .meta({ title: "Workflow" });
  return { step: step as z.ZodType<GivenStep>, workflow: workflow as unknown as z.ZodType<Workflow> };
}
