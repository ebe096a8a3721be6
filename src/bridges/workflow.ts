import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue } from "../bridge/schemas.ts";
import { Handle, type ScriptValue } from "../values/script-value.ts";
import type { GivenStep, Workflow, WorkflowType } from "../workflows/definition.ts";
import { checkWorkflow } from "../workflows/plan-workflow.ts";
import { readWorkflowFile } from "../workflows/read-workflow.ts";
import { WORKFLOW_TEMPLATES, workflowTemplate } from "../workflows/templates.ts";
import { problemsError } from "../workflows/workflow-error.ts";
import { workflowResult } from "../workflows/workflow-result.ts";
import { type WorkflowInstance, workflowsOf } from "./run-workflows.ts";
import { retainFunctions } from "./workflow-functions.ts";
import { workflowExecution, workflowHandle, workflowInstance } from "./workflow-instance.ts";
import { execute, newExecution } from "./workflow-run.ts";
import { fileSchemas, scriptSchemas } from "./workflow-schemas.ts";

const definition = scriptSchemas.workflow;
const named = z.union([z.string().min(1), workflowHandle]);

function create(given: Workflow, ctx: CallContext): Handle<WorkflowInstance> {
  const workflows = workflowsOf(ctx);
  const name = workflows.nameFor(given);
  const { plan, problems } = checkWorkflow(given, name);
  if (problems.length > 0) throw problemsError(name, problems);
  retainFunctions(given);
  const instance: WorkflowInstance = {
    name,
    definition: given,
    plan,
    executions: new Set(),
    last: undefined,
    listeners: new Map(),
    agents: new Map(),
  };
  const handle = ctx.handle<WorkflowInstance>("workflow", instance, { name });
  workflows.add(handle, name);
  return handle;
}

function typed(type: WorkflowType, summary: string) {
  return method({
    summary,
    input: { workflow: definition.optional() },
    output: workflowHandle,
    effect: "local",
    sync: true,
    run: ({ workflow }, ctx) => create({ ...workflow, type }, ctx),
  });
}

/** `workflow`: steps in an order, with all that makes them hold. */
export const workflowBridge = defineBridge({
  name: "workflow",
  summary:
    "Workflows: steps of agents, tools, models, functions and spells, in sequence, at once, by condition, in loops or as a graph.",
  methods: {
    create: method({
      summary:
        "Makes a workflow and keeps it under its name. Throws `workflow.*` for what is wrong with it: a cycle, a missing step, a bad template.",
      input: { workflow: definition },
      output: workflowHandle,
      effect: "local",
      sync: true,
      run: ({ workflow }, ctx) => create(workflow, ctx),
    }),
    sequential: typed("sequential", "Makes a workflow whose steps run one after the other."),
    parallel: typed("parallel", "Makes a workflow whose steps run at the same time."),
    conditional: typed("conditional", "Makes a workflow of which one branch runs."),
    loop: typed("loop", "Makes a workflow whose steps run again and again: over a list, a range, or by a condition."),
    dag: typed("dag", "Makes a workflow whose steps run as soon as those that they depend on are done."),
    chain: method({
      summary:
        "Makes a workflow of steps that each get what the one before gave: steps, functions, agents, tools, workflows.",
      input: {},
      rest: scriptSchemas.step,
      output: workflowHandle,
      effect: "local",
      sync: true,
      run: ({ rest }, ctx) => create({ type: "sequential", steps: rest as unknown as GivenStep[] }, ctx),
    }),
    register: method({
      summary: "Keeps a workflow under another name, too. One that had the name gives way.",
      input: { name: z.string().min(1), workflow: z.union([workflowHandle, definition]) },
      output: workflowHandle,
      effect: "local",
      sync: true,
      run({ name, workflow }, ctx) {
        const handle = workflow instanceof Handle ? workflow : create({ ...workflow, name }, ctx);
        workflowsOf(ctx).add(handle, name);
        return handle;
      },
    }),
    get: method({
      summary: "The workflow of a name, or nil.",
      input: { name: z.string() },
      output: workflowHandle.nullable(),
      effect: "local",
      sync: true,
      run: ({ name }, ctx) => workflowsOf(ctx).find(name) ?? null,
    }),
    list: method({
      summary: "The names of all workflows of the run.",
      input: {},
      output: z.array(z.string()),
      effect: "local",
      sync: true,
      run: (_, ctx) => workflowsOf(ctx).names,
    }),
    fromFile: method({
      summary:
        "Makes a workflow of a YAML or JSON file of the workspace. Throws `workflow.*` with all that is wrong and where.",
      input: { path: z.string().min(1) },
      output: workflowHandle,
      effect: "local",
      async run({ path }, ctx) {
        const text = (await ctx.call("fs", "read", [path])) as string;
        return create(await readWorkflowFile(text, path, fileSchemas), ctx);
      },
    }),
    template: method({
      summary: `A ready-made workflow: ${WORKFLOW_TEMPLATES.join(", ")}. Fields that are given take the place of its own.`,
      input: { name: z.enum(WORKFLOW_TEMPLATES), overrides: definition.optional() },
      output: workflowHandle,
      effect: "local",
      sync: true,
      run: ({ name, overrides }, ctx) => create({ ...workflowTemplate(name), ...overrides }, ctx),
    }),
    templates: method({
      summary: "The ready-made workflows, and what each wants as input.",
      input: {},
      output: z.array(z.object({ name: z.string(), description: z.string(), input: anyObject })),
      effect: "local",
      sync: true,
      run: () =>
        WORKFLOW_TEMPLATES.map((name) => {
          const { description = "", input = {} } = workflowTemplate(name);
          return { name, description, input };
        }),
    }),
    perform: method({
      summary: "Runs a workflow for another part of the run.",
      input: { workflow: named, input: anyValue.optional() },
      output: workflowResult,
      effect: "composite",
      about: ({ workflow }) => (typeof workflow === "string" ? workflow : workflow.state.name),
      internal: true,
      partOfCall: true,
      async run({ workflow, input }, ctx) {
        const instance = workflowsOf(ctx).get(workflow);
        const { result, error } = await execute(newExecution(instance, ctx), input ?? null, ctx);
        if (error) throw error;
        return result as never;
      },
    }),
    background: method({
      summary: "What `start` started.",
      input: { workflow: z.string(), ticket: z.int() },
      output: workflowResult,
      effect: "composite",
      about: ({ workflow }) => workflow,
      internal: true,
      partOfCall: true,
      run: ({ ticket }, ctx) => workflowsOf(ctx).take(ticket)(ctx) as never,
    }),
    step: method({
      summary: "A step of a workflow.",
      input: { workflow: z.string(), step: z.string(), ticket: z.int() },
      output: anyValue,
      effect: "composite",
      about: ({ step }) => step,
      internal: true,
      partOfCall: true,
      run: ({ ticket }, ctx) => workflowsOf(ctx).take(ticket)(ctx) as Promise<ScriptValue>,
    }),
    invoke: method({
      summary: "Calls a function of a workflow.",
      input: { ticket: z.int() },
      output: anyValue,
      effect: "local",
      internal: true,
      partOfCall: true,
      run: ({ ticket }, ctx) => workflowsOf(ctx).take(ticket)(ctx) as Promise<ScriptValue>,
    }),
    waitForResume: method({
      summary: "Waits while a workflow is paused.",
      input: { ticket: z.int() },
      output: z.null(),
      effect: "local",
      internal: true,
      partOfCall: true,
      passive: true,
      run: async ({ ticket }, ctx) => {
        await workflowsOf(ctx).take(ticket)(ctx);
        return null;
      },
    }),
  },
  handles: { workflow: workflowInstance, "workflow.execution": workflowExecution },
});
