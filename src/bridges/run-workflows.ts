import type { CallContext } from "../bridge/call-context.ts";
import type { Callback } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { Handle } from "../values/script-value.ts";
import { nearestName } from "../values/nearest-name.ts";
import type { StepResult, Workflow, WorkflowResult } from "../workflows/definition.ts";
import type { Plan } from "../workflows/plan.ts";
import { planWorkflow } from "../workflows/plan-workflow.ts";
import type { RunControl } from "../workflows/run-control.ts";

/** A workflow as a script has it: its definition, which may change, and what runs of it. */
export interface WorkflowInstance {
  name: string;
  definition: Workflow;
  /** Of the definition as it is; undefined once that has changed. */
  plan: Plan | undefined;
  executions: Set<Execution>;
  last: WorkflowResult | undefined;
  listeners: Map<string, Callback[]>;
  /** Agents of the definition that were made. */
  agents: Map<string, Handle>;
}

/** One run of a workflow. */
export interface Execution {
  id: string;
  instance: WorkflowInstance;
  control: RunControl;
  /** Steps that run now. */
  running: Set<string>;
  /** How the steps went that are over. */
  finished: Map<string, StepResult["status"]>;
  result: WorkflowResult | undefined;
  listeners: Map<string, Callback[]>;
}

type Work = (ctx: CallContext) => Promise<unknown>;

/** The workflows of a run, by name, and what is under way. */
export class RunWorkflows {
  readonly #byName = new Map<string, Handle<WorkflowInstance>>();
  readonly #work = new Map<number, Work>();
  #executions = 0;
  #unnamed = 0;
  #tickets = 0;

  get names(): string[] {
    return [...this.#byName.keys()];
  }

  nameFor(definition: Workflow): string {
    return definition.name ?? `workflow${++this.#unnamed}`;
  }

  /** Under its name, or another one. A workflow of the same name gives way. */
  add(handle: Handle<WorkflowInstance>, name: string): void {
    this.#byName.set(name, handle);
  }

  find(name: string): Handle<WorkflowInstance> | undefined {
    return this.#byName.get(name);
  }

  /** Throws `workflow.unknown`. */
  get(workflow: string | Handle): WorkflowInstance {
    if (workflow instanceof Handle) return workflow.state as WorkflowInstance;
    const handle = this.#byName.get(workflow);
    if (handle) return handle.state;
    const near = nearestName(workflow, this.names);
    const known = this.names.length > 0 ? `There are ${this.names.join(", ")}.` : "There is none.";
    throw new LlmspellError("workflow.unknown", `no workflow is called "${workflow}"`, {
      hint: near === undefined ? known : `Did you mean "${near}"?`,
    });
  }

  executionId(name: string): string {
    this.#executions += 1;
    return `${name}#${this.#executions}`;
  }

  /** Leaves work for an internal method, whose arguments are data alone. */
  leave(work: Work): number {
    this.#tickets += 1;
    this.#work.set(this.#tickets, work);
    return this.#tickets;
  }

  take(ticket: number): Work {
    const work = this.#work.get(ticket);
    if (!work) throw new LlmspellError("internal.bug", "the work of a step was taken twice");
    this.#work.delete(ticket);
    return work;
  }
}

const WORKFLOWS = {};

export function workflowsOf(ctx: CallContext): RunWorkflows {
  return ctx.own(WORKFLOWS, () => new RunWorkflows());
}

/** The plan of a workflow as it is now. Throws `workflow.*`. */
export function planOf(instance: WorkflowInstance): Plan {
  return (instance.plan ??= planWorkflow(instance.definition, instance.name));
}
