import type { CallContext } from "../bridge/call-context.ts";
import { toLlmspellError } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { WorkflowResult } from "../workflows/definition.ts";
import { RunControl } from "../workflows/run-control.ts";
import { type Outcome, runWorkflow } from "../workflows/run-workflow.ts";
import { hooked } from "./run-hooks.ts";
import { type Execution, planOf, type WorkflowInstance, workflowsOf } from "./run-workflows.ts";
import { workflowPorts } from "./workflow-ports.ts";

export function newExecution(instance: WorkflowInstance, ctx: CallContext): Execution {
  return {
    id: workflowsOf(ctx).executionId(instance.name),
    instance,
    control: new RunControl(),
    running: new Set(),
    finished: new Map(),
    result: undefined,
    listeners: new Map(),
  };
}

/** Runs a workflow inside of a composite call, with the run's hooks around. Throws what keeps it from running, and final errors. */
export async function execute(execution: Execution, input: ScriptValue, ctx: CallContext): Promise<Outcome> {
  const { instance, control } = execution;
  const plan = planOf(instance);
  let outcome: Outcome | undefined;
  const run = async (given: ScriptValue) => {
    const ports = workflowPorts(ctx, execution);
    const pause = pausing(execution, ctx, (name) =>
      ports.emit(name, { workflowId: execution.id, workflowName: plan.name }),
    );
    outcome = await runWorkflow(plan, given, { id: execution.id, ports, control, pause });
    if (outcome.error) throw outcome.error;
    return outcome.result as unknown as ScriptValue;
  };
  instance.executions.add(execution);
  try {
    const result = await hooked(ctx, "workflow", { subject: instance.name, input: input ?? {} }, run);
    execution.result = result as unknown as WorkflowResult;
    return { result: execution.result };
  } catch (thrown) {
    const error = toLlmspellError(thrown, "workflow.failed");
    if (!outcome || error.final) throw error;
    execution.result = outcome.result;
    return { result: outcome.result, error };
  } finally {
    instance.executions.delete(execution);
    instance.last = execution.result;
    execution.running.clear();
  }
}

/** Steps that come to a pause at the same time pause the workflow once. */
function pausing({ control }: Execution, ctx: CallContext, emit: (name: string) => void): () => Promise<void> {
  let waiting = 0;
  return async () => {
    waiting += 1;
    if (waiting === 1) emit("workflow.paused");
    try {
      await paused(ctx, control);
    } finally {
      waiting -= 1;
    }
    if (waiting === 0 && !control.signal.aborted) emit("workflow.resumed");
  };
}

/** Waits in a call of its own, so that a pause that nothing can end is told from one that something may. */
async function paused(ctx: CallContext, control: RunControl): Promise<void> {
  const ticket = workflowsOf(ctx).leave(async ({ signal }) => {
    await Promise.race([
      control.gate(),
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
    ]);
  });
  await ctx.call("workflow", "waitForResume", [ticket]);
}
