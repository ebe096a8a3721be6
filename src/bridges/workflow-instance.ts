import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { type HandleDefinition, handleMethod } from "../bridge/define-bridge.ts";
import { anyValue, type Callback, callback, handle } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { nearestName } from "../values/nearest-name.ts";
import { Handle, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import type { GivenStep, Workflow, WorkflowResult } from "../workflows/definition.ts";
import { drawMermaid } from "../workflows/graph/mermaid.ts";
import { drawSvg } from "../workflows/graph/svg.ts";
import { graphOf } from "../workflows/graph/workflow-graph.ts";
import { checkWorkflow } from "../workflows/plan-workflow.ts";
import { plainWorkflow } from "../workflows/plain-workflow.ts";
import { problemsError } from "../workflows/workflow-error.ts";
import { workflowResult } from "../workflows/workflow-result.ts";
import { workflowEvent } from "./events-schemas.ts";
import { type Execution, type WorkflowInstance, workflowsOf } from "./run-workflows.ts";
import { execute, newExecution } from "./workflow-run.ts";
import { retainFunctions } from "./workflow-functions.ts";
import { scriptSchemas } from "./workflow-schemas.ts";

export const workflowHandle = handle<WorkflowInstance>("workflow");
const executionHandle = handle<Started>("workflow.execution");

/** An execution that goes on by itself. */
interface Started {
  execution: Execution;
  /** Rejects with final errors alone. */
  ended: Promise<WorkflowResult>;
}

const listener = callback([workflowEvent], anyValue, ["event"]);
const eventName = z
  .string()
  .min(1)
  .describe('`started`, `finished`, `failed`, `step.started`, `step.finished`, ..., or "*" for all.');

const statusOut = z.object({
  status: z.enum(["idle", "running", "paused", "completed", "failed", "cancelled"]),
  running: z.array(z.string()).describe("Steps that run now."),
  finished: z.record(z.string(), z.string()).describe("How the steps went that are over."),
});

const runOptions = z
  .strictObject({
    throwOnError: z
      .boolean()
      .optional()
      .describe("False: a workflow that failed or was cancelled is answered like one that completed. Default true."),
  })
  .optional();

const method = handleMethod<WorkflowInstance>();
const input = { input: anyValue.optional() };

const EVENTS = ["started", "finished", "failed", "cancelled", "paused", "resumed"];
const STEP_EVENTS = ["step.started", "step.finished", "step.failed", "step.skipped", "step.retried"];

function listen(listeners: Map<string, Callback[]>, event: string, fn: Callback): null {
  const known = ["*", ...EVENTS, ...STEP_EVENTS];
  if (!known.includes(event.replace(/^workflow\./, ""))) {
    const near = nearestName(event, known);
    throw new LlmspellError("input.invalid", `workflow.on: there is no event "${event}"`, {
      hint: near === undefined ? `Events: ${known.join(", ")}.` : `Did you mean "${near}"?`,
    });
  }
  fn.retain();
  listeners.set(event, [...(listeners.get(event) ?? []), fn]);
  return null;
}

function changed(instance: WorkflowInstance, steps: GivenStep[]): void {
  const definition: Workflow = { ...instance.definition, steps };
  const { problems } = checkWorkflow(definition, instance.name);
  // What names other steps may be right once these are added.
  const certain = problems.filter(({ code }) => code !== "workflow.missing_step");
  if (certain.length > 0) throw problemsError(instance.name, certain);
  instance.definition = definition;
  instance.plan = undefined;
}

function positionOf(instance: WorkflowInstance, where: number | string): number {
  const steps = instance.definition.steps ?? [];
  if (typeof where === "number") return Math.min(where - 1, steps.length);
  const index = steps.findIndex((step, at) => nameOf(step, at) === where);
  if (index >= 0) return index;
  throw new LlmspellError("workflow.missing_step", `the workflow "${instance.name}" has no step "${where}"`, {
    details: { workflow: instance.name, step: where },
    hint: `It has ${steps.map(nameOf).join(", ") || "none"}.`,
  });
}

function nameOf(step: GivenStep, index: number): string {
  const name = typeof step === "object" && !(step instanceof Handle) ? step.name : undefined;
  return name ?? `step${index + 1}`;
}

function graphFor(instance: WorkflowInstance) {
  return graphOf(checkWorkflow(instance.definition, instance.name).plan);
}

function statusOf(executions: readonly Execution[], last: WorkflowResult | undefined) {
  const running = executions.filter(({ result }) => result === undefined);
  const isPaused = running.length > 0 && running.every(({ control }) => control.isPaused);
  const finished = executions.at(-1)?.finished;
  return {
    status: isPaused
      ? ("paused" as const)
      : running.length > 0
        ? ("running" as const)
        : (last?.status ?? ("idle" as const)),
    running: running.flatMap((each) => [...each.running]),
    finished: finished
      ? Object.fromEntries(finished)
      : Object.fromEntries(Object.entries(last?.steps ?? {}).map(([name, { status }]) => [name, status])),
  };
}

function start(instance: WorkflowInstance, given: ScriptValue, ctx: CallContext): Handle<Started> {
  const execution = newExecution(instance, ctx);
  instance.executions.add(execution);
  const ticket = workflowsOf(ctx).leave(async (inner) => {
    // The script goes on first: what it says about the run (`on`, `pause`) comes before its first step.
    await Promise.resolve();
    const { result, error } = await execute(execution, given, inner);
    if (error) throw error;
    return result as unknown as ScriptValue;
  });
  const settle = async (): Promise<WorkflowResult> => {
    try {
      return (await ctx.call("workflow", "background", [instance.name, ticket])) as unknown as WorkflowResult;
    } catch (error) {
      if (execution.result && !(LlmspellError.is(error) && error.final)) return execution.result;
      throw error;
    } finally {
      instance.executions.delete(execution);
    }
  };
  const ended = settle();
  ended.catch(() => undefined);
  return ctx.handle<Started>("workflow.execution", { execution, ended }, { id: execution.id, name: instance.name });
}

/** A workflow in a script's hands. */
export const workflowInstance: HandleDefinition = {
  summary: "A workflow. It may be changed until it runs; a run takes it as it is then.",
  fields: { name: z.string() },
  methods: {
    run: method({
      summary:
        "Runs it with an input and answers how it went. A failed step fails it: `workflow.failed`, with the error and each step's status in its details.",
      input: { ...input, options: runOptions },
      output: workflowResult,
      effect: "composite",
      about: (_, __, { state }) => state.name,
      async run({ input: given, options }, ctx, { state }) {
        const { result, error } = await execute(newExecution(state, ctx), given ?? null, ctx);
        if (error && options?.throwOnError !== false) throw error;
        return result as never;
      },
    }),
    start: method({
      summary:
        "Starts it and answers at once with what pauses, resumes, cancels and waits for it. A run that ends ends it too.",
      input,
      output: executionHandle,
      effect: "local",
      sync: true,
      run: ({ input: given }, ctx, { state }) => start(state, given ?? null, ctx),
    }),
    addStep: method({
      summary: "Adds a step at the end.",
      input: { step: scriptSchemas.step },
      output: workflowHandle,
      effect: "local",
      sync: true,
      run({ step }, _, self) {
        changed(self.state, [...(self.state.definition.steps ?? []), step]);
        retainFunctions(step);
        return self;
      },
    }),
    insertStep: method({
      summary: "Adds a step before another one: its name, or its position from 1.",
      input: { before: z.union([z.string(), z.int().min(1)]), step: scriptSchemas.step },
      output: workflowHandle,
      effect: "local",
      sync: true,
      run({ before, step }, _, self) {
        changed(self.state, (self.state.definition.steps ?? []).toSpliced(positionOf(self.state, before), 0, step));
        retainFunctions(step);
        return self;
      },
    }),
    removeStep: method({
      summary: "Takes a step out, by its name or its position from 1.",
      input: { step: z.union([z.string(), z.int().min(1)]) },
      output: workflowHandle,
      effect: "local",
      sync: true,
      run({ step }, _, self) {
        changed(self.state, (self.state.definition.steps ?? []).toSpliced(positionOf(self.state, step), 1));
        return self;
      },
    }),
    pause: method({
      summary: "Pauses what runs of it before its next step. Answers whether anything was paused.",
      input: {},
      output: z.boolean(),
      effect: "local",
      sync: true,
      run: (_, __, { state }) => [...state.executions].filter(({ control }) => control.pause()).length > 0,
    }),
    resume: method({
      summary: "Lets what was paused go on.",
      input: {},
      output: z.boolean(),
      effect: "local",
      sync: true,
      run: (_, __, { state }) => [...state.executions].filter(({ control }) => control.resume()).length > 0,
    }),
    cancel: method({
      summary: "Cancels what runs of it: steps under way are cancelled, no other starts. Nothing is undone.",
      input: { reason: z.string().max(1000).optional() },
      output: z.boolean(),
      effect: "local",
      sync: true,
      run: ({ reason }, _, { state }) =>
        [...state.executions].filter(({ control }) => control.cancel(reason)).length > 0,
    }),
    status: method({
      summary: "What it does now, and how the latest run went so far.",
      input: {},
      output: statusOut,
      effect: "local",
      sync: true,
      run: (_, __, { state }) => statusOf([...state.executions], state.last),
    }),
    on: method({
      summary: "Calls a function at each event of this workflow, with the event's fields and its `type`.",
      input: { event: eventName, fn: listener },
      output: z.null(),
      effect: "local",
      sync: true,
      run: ({ event, fn }, _, { state }) => listen(state.listeners, event, fn as unknown as Callback),
    }),
    validate: method({
      summary: "What is wrong with it: an empty list, or `{code, message, path}` each.",
      input: {},
      output: z.array(
        z.object({ code: z.string(), message: z.string(), path: z.array(z.union([z.string(), z.number()])) }),
      ),
      effect: "local",
      sync: true,
      run: (_, __, { state }) =>
        checkWorkflow(state.definition, state.name).problems.map(({ path, ...rest }) => ({
          ...rest,
          path: path.map((part) => (typeof part === "number" ? part : String(part))),
        })),
    }),
    toJson: method({
      summary: "It as JSON, for a file. Throws `workflow.invalid` where a step is a function.",
      input: {},
      output: z.string(),
      effect: "local",
      sync: true,
      run: (_, __, { state }) => JSON.stringify(plainWorkflow(state.definition, state.name, definitionOf), null, 2),
    }),
    toYaml: method({
      summary: "It as YAML, for a file. Throws `workflow.invalid` where a step is a function.",
      input: {},
      output: z.string(),
      effect: "local",
      sync: true,
      run: (_, ctx, { state }) =>
        ctx.call("yaml", "encode", [
          plainWorkflow(state.definition, state.name, definitionOf) as ScriptObject,
        ]) as string,
    }),
    toMermaid: method({
      summary: "It as a Mermaid flowchart.",
      input: {},
      output: z.string(),
      effect: "local",
      sync: true,
      run: (_, __, { state }) => drawMermaid(graphFor(state)),
    }),
    toSvg: method({
      summary: "It as a drawing: SVG that needs nothing besides.",
      input: {},
      output: z.string(),
      effect: "local",
      sync: true,
      run: (_, __, { state }) => drawSvg(graphFor(state)),
    }),
  },
};

/** The definition behind a handle of a workflow. */
function definitionOf(given: Handle): Workflow {
  const { definition, name } = given.state as WorkflowInstance;
  return { name, ...definition };
}

const started = handleMethod<Started>();

/** A run of a workflow that goes on by itself. */
export const workflowExecution: HandleDefinition = {
  summary: "A workflow that was started and goes on by itself.",
  fields: { id: z.string(), name: z.string() },
  methods: {
    wait: started({
      summary: "Waits until it is over and answers how it went, also where it failed or was cancelled.",
      input: {},
      output: workflowResult,
      effect: "local",
      passive: true,
      run: (_, __, { state }) => state.ended as never,
    }),
    status: started({
      summary: "What it does now.",
      input: {},
      output: statusOut,
      effect: "local",
      sync: true,
      run: (_, __, { state: { execution } }) => statusOf([execution], execution.result),
    }),
    pause: started({
      summary: "Pauses it before its next step.",
      input: {},
      output: z.boolean(),
      effect: "local",
      sync: true,
      run: (_, __, { state }) => state.execution.control.pause(),
    }),
    resume: started({
      summary: "Lets it go on.",
      input: {},
      output: z.boolean(),
      effect: "local",
      sync: true,
      run: (_, __, { state }) => state.execution.control.resume(),
    }),
    cancel: started({
      summary: "Cancels it: steps under way are cancelled, no other starts.",
      input: { reason: z.string().max(1000).optional() },
      output: z.boolean(),
      effect: "local",
      sync: true,
      run: ({ reason }, _, { state }) => state.execution.control.cancel(reason),
    }),
    on: started({
      summary: "Calls a function at each event of this run, with the event's fields and its `type`.",
      input: { event: eventName, fn: listener },
      output: z.null(),
      effect: "local",
      sync: true,
      run: ({ event, fn }, _, { state }) => listen(state.execution.listeners, event, fn as unknown as Callback),
    }),
  },
};
