import { LlmspellError } from "../errors.ts";
import { compileSchema } from "../schemas/compile-schema.ts";
import { expandSchema } from "../schemas/short-form.ts";
import { Handle, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import { readDuration } from "../values/units.ts";
import type { Body, Duration, GivenStep, Reaction, Step, Workflow, WorkflowType } from "./definition.ts";
import { WORKFLOW_TYPES } from "./definition.ts";
import { type Refuse, isFunction, planCondition, planExpression, planValue } from "./fill.ts";
import type { Action, Filled, Plan, PlannedBody, PlannedRetry, PlannedStep } from "./plan.ts";
import { checkReferences, meant } from "./references.ts";
import { type Problem, problemsError } from "./workflow-error.ts";

/** Most steps of one workflow, those inside of others included. */
const MAX_STEPS = 1000;
/** Most levels of steps inside of steps. */
const MAX_LEVELS = 16;

const DEFAULT_RETRY: PlannedRetry = {
  maxAttempts: 3,
  backoff: "exponential",
  baseDelayMs: 500,
  maxDelayMs: 30_000,
  jitter: true,
};

/** Makes a workflow ready to run. Throws `workflow.*` for what is wrong with it, all of it at once. */
export function planWorkflow(workflow: Workflow, name: string): Plan {
  const { plan, problems } = checkWorkflow(workflow, name);
  if (problems.length > 0) throw problemsError(name, problems);
  return plan;
}

/** The same, with what is wrong as a list. The plan of a workflow with problems is for drawing alone. */
export function checkWorkflow(workflow: Workflow, name: string): { plan: Plan; problems: Problem[] } {
  const planner = new Planner();
  const plan = planner.workflow(workflow, name, []);
  if (planner.problems.length === 0) checkReferences(plan, planner.problems);
  return { plan, problems: planner.problems };
}

type Path = readonly PropertyKey[];

class Planner {
  readonly problems: Problem[] = [];
  #steps = 0;

  workflow(given: Workflow, name: string, path: Path): Plan {
    const type = given.type ?? inferType(given);
    this.#checkInput(given.input, [...path, "input"]);
    return {
      name,
      body: this.#body(given, type, path),
      input: given.input,
      vars: given.vars ?? {},
      output: given.output === undefined ? undefined : this.#value(given.output, [...path, "output"]),
      timeoutMs: durationOf(given.timeout),
      agents: given.agents ?? {},
      defaultModel: given.models?.default,
    };
  }

  #checkInput(input: Workflow["input"], path: Path): void {
    try {
      compileSchema(expandSchema(input ?? {}, false));
    } catch (error) {
      if (!LlmspellError.is(error)) throw error;
      this.#refuse(path, error.hint === undefined ? error.message : `${error.message} (${error.hint})`);
    }
  }

  #refuse(path: Path, message: string, code: Problem["code"] = "workflow.invalid"): void {
    this.problems.push({ path, message, code });
  }

  #template(path: Path): Refuse {
    return (inner, message) => this.#refuse([...path, ...inner], message, "workflow.template");
  }

  #value(value: ScriptValue, path: Path): Filled {
    return planValue(value, this.#template(path));
  }

  #optional(value: ScriptValue | undefined, path: Path): Filled | undefined {
    return value === undefined ? undefined : this.#value(value, path);
  }

  #body(given: Body, type: WorkflowType, path: Path): PlannedBody {
    const isTest = type === "conditional" && given.condition !== undefined && given.steps !== undefined;
    const loop = given.loop ?? (given.items !== undefined ? "forEach" : given.range !== undefined ? "range" : "while");
    const counts = loop === "forEach" || loop === "range";
    this.#checkShape(given, type, loop, path);
    const bodyOf = (steps: GivenStep[], at: Path): PlannedBody => this.#body({ steps }, "sequential", at);
    const condition =
      given.condition === undefined
        ? undefined
        : planCondition(given.condition, this.#template([...path, "condition"]));
    const tests = (given.branches ?? []).map((branch, index) => ({
      condition: planCondition(branch.condition, this.#template([...path, "branches", index, "condition"])),
      body: bodyOf(branch.steps, [...path, "branches", index]),
    }));
    const first = isTest && condition ? [{ condition, body: bodyOf(given.steps ?? [], path) }] : [];
    return {
      type,
      steps: isTest ? [] : this.#stepsOf(given.steps ?? [], type, path),
      branches: [...first, ...tests],
      switch:
        given.switch === undefined || isFunction(given.switch)
          ? given.switch
          : planExpression(given.switch, this.#template([...path, "switch"])),
      cases: new Map(
        Object.entries(given.cases ?? {}).map(([name, steps]) => [name, bodyOf(steps, [...path, "cases", name])]),
      ),
      default: given.default && bodyOf(given.default, [...path, "default"]),
      loop,
      condition,
      items: isFunction(given.items) ? given.items : this.#items(given.items, [...path, "items"]),
      range: this.#optional(given.range as ScriptValue | undefined, [...path, "range"]),
      as: given.as,
      maxIterations: given.maxIterations ?? 1000,
      collect: given.collect ?? (counts ? "all" : "last"),
      maxConcurrency: given.maxConcurrency ?? (type === "loop" ? 1 : 10),
      merge: given.merge ?? "all",
    };
  }

  /** A text is an expression of a list, or a template of one. */
  #items(given: ScriptValue | undefined, path: Path): Filled | undefined {
    if (typeof given === "string" && !given.includes("{{")) return planExpression(given, this.#template(path));
    return this.#optional(given, path);
  }

  #checkShape(given: Body, type: WorkflowType, loop: PlannedBody["loop"], path: Path): void {
    const wants = (fits: boolean, message: string) => fits || this.#refuse(path, message);
    if (type !== "loop")
      for (const field of ["loop", "items", "range", "maxIterations", "as", "collect"] as const)
        wants(given[field] === undefined, `${field} is for type loop, this is ${type}`);
    if (type !== "conditional")
      for (const field of ["branches", "switch", "cases", "default"] as const)
        wants(given[field] === undefined, `${field} is for type conditional, this is ${type}`);
    if (type !== "parallel") wants(given.merge === undefined, `merge is for type parallel, this is ${type}`);
    if (type === "conditional") {
      wants(
        given.branches !== undefined || given.cases !== undefined || given.condition !== undefined,
        "a conditional one wants branches, or switch and cases, or condition and steps",
      );
      wants((given.switch === undefined) === (given.cases === undefined), "switch and cases belong together");
      wants(
        given.steps === undefined || given.steps.length === 0 || given.condition !== undefined,
        "steps of a conditional one stand in its branches, or beside a condition",
      );
    }
    if (type !== "loop") return;
    if (loop === "forEach") wants(given.items !== undefined, "a loop of forEach wants items");
    else if (loop === "range") wants(given.range !== undefined, "a loop of range wants a range");
    else wants(given.condition !== undefined, `a loop of ${loop} wants a condition`);
    const alone = loop === "while" || loop === "until";
    wants(!alone || (given.maxConcurrency ?? 1) === 1, `iterations of ${loop} run one after the other`);
  }

  #stepsOf(given: readonly GivenStep[], type: WorkflowType, path: Path): PlannedStep[] {
    const steps = given.map((step, index) =>
      this.#step(step, `step${index + 1}`, [...path, "steps", index], type !== "dag"),
    );
    const seen = new Set<string>();
    for (const { name, path: at } of steps) {
      if (seen.has(name)) this.#refuse(at, `two steps are called "${name}"`);
      seen.add(name);
    }
    const reactions = new Set(
      steps.flatMap(({ onSuccess, onFailure }) => [...namesOf(onSuccess), ...namesOf(onFailure)]),
    );
    for (const step of steps) {
      for (const named of [...namesOf(step.onSuccess), ...namesOf(step.onFailure)])
        if (!seen.has(named) || named === step.name)
          this.#refuse(step.path, `there is no other step "${named}"${meant(named, seen)}`, "workflow.missing_step");
      step.isReaction = reactions.has(step.name);
    }
    return steps;
  }

  #step(given: GivenStep, defaultName: string, path: Path, isOrdered: boolean): PlannedStep {
    this.#steps += 1;
    if (this.#steps === MAX_STEPS + 1)
      this.#refuse(path, `a workflow has at most ${MAX_STEPS} steps`, "workflow.limit");
    if (levelOf(path) > MAX_LEVELS)
      this.#refuse(path, `steps are nested at most ${MAX_LEVELS} levels deep`, "workflow.limit");
    const step = asStep(given);
    const name = step.name ?? defaultName;
    const type = this.#typeOf(step, path);
    if (isOrdered && step.dependsOn !== undefined)
      this.#refuse([...path, "dependsOn"], "dependsOn is for steps of type dag");
    const fallback = this.#fallback(step, name, path);
    const onError = step.onError ?? (fallback ? "fallback" : "fail");
    if (onError === "fallback" && !fallback)
      this.#refuse([...path, "onError"], "there is neither fallback nor fallbackValue");
    const isBody =
      type === "loop" || (type === "conditional" && step.branches === undefined && step.cases === undefined);
    return {
      name,
      path,
      type,
      description: step.description,
      action: this.#action(step, type, path),
      condition:
        step.condition === undefined || isBody || type === "condition"
          ? undefined
          : planCondition(step.condition, this.#template([...path, "condition"])),
      retry: retryOf(step),
      timeoutMs: durationOf(step.timeout),
      onError: onError === "retry" ? (fallback ? "fallback" : "fail") : onError,
      fallback,
      onSuccess: reactionOf(step.onSuccess),
      onFailure: reactionOf(step.onFailure),
      compensate: step.compensate && this.#step(step.compensate, `undo-${name}`, [...path, "compensate"], true),
      dependsOn: step.dependsOn === undefined ? [] : [step.dependsOn].flat(),
      isReaction: false,
    };
  }

  #fallback(step: Step, name: string, path: Path): PlannedStep | Filled | undefined {
    if (step.fallback !== undefined) return this.#step(step.fallback, `fallback-${name}`, [...path, "fallback"], true);
    return this.#optional(step.fallbackValue, [...path, "fallbackValue"]);
  }

  #typeOf(step: Step, path: Path): PlannedStep["type"] {
    const inferred = inferAction(step);
    const type = step.type ?? inferred;
    if (type !== undefined) return type;
    this.#refuse(
      path,
      "the step does nothing: give it one of agent, tool, prompt, fn, workflow, spell, steps, condition, wait, approval",
    );
    return "condition";
  }

  #action(step: Step, type: PlannedStep["type"], path: Path): Action {
    if (isWorkflowType(type)) {
      if (levelOf(path) <= MAX_LEVELS) return { kind: "steps", body: this.#body(step as Body, type, path) };
      return { kind: "steps", body: this.#body({ steps: [] }, "sequential", path) };
    }
    const params = this.#optional(step.params, [...path, "params"]);
    const prompt = this.#optional(step.prompt, [...path, "prompt"]);
    const missing = (field: string): void => this.#refuse(path, `a step of type ${type} wants ${field}`);
    switch (type) {
      case "agent":
        if (step.agent === undefined) missing("agent");
        return {
          kind: type,
          agent: step.agent ?? "",
          prompt,
          options: this.#optional(step.options, [...path, "options"]),
        };
      case "tool":
        if (step.tool === undefined) missing("tool");
        return { kind: type, tool: step.tool ?? "", params };
      case "llm":
        return { kind: type, prompt, options: this.#modelOptions(step, path) };
      case "function":
        if (step.fn === undefined) missing("fn");
        return { kind: type, fn: step.fn as never, params };
      case "workflow":
        if (step.workflow === undefined) missing("workflow");
        return { kind: type, workflow: this.#nested(step, path), params };
      case "condition":
        if (step.condition === undefined) missing("condition");
        return {
          kind: type,
          condition: planCondition(step.condition ?? false, this.#template([...path, "condition"])),
        };
      case "wait":
        if (step.wait === undefined) missing("wait");
        return { kind: type, duration: this.#value(step.wait ?? 0, [...path, "wait"]) };
      case "approval": {
        const asked = step.approval ?? step.prompt ?? step.description ?? step.name;
        if (asked === undefined) missing("approval");
        const { timeout, ...request } = typeof asked === "object" ? asked : { title: asked ?? "", timeout: undefined };
        return {
          kind: type,
          request: this.#value(request as ScriptObject, [...path, "approval"]),
          timeoutMs: durationOf(timeout),
        };
      }
      case "spell":
        if (step.spell === undefined) missing("spell");
        return { kind: type, spell: this.#value(step.spell ?? "", [...path, "spell"]), params };
    }
  }

  #modelOptions({ model, system, schema, options }: Step, path: Path): Filled {
    const given: ScriptObject = { ...options };
    if (model !== undefined) given.model = model;
    if (system !== undefined) given.system = system;
    // A schema is no template: its descriptions may hold braces.
    const filled = this.#value(given, path);
    if (schema === undefined) return filled;
    return { ...filled, fill: (lookup) => ({ ...(filled.fill(lookup) as ScriptObject), schema }) };
  }

  #nested({ workflow, name }: Step, path: Path): string | Handle | Plan {
    if (workflow === undefined || typeof workflow === "string" || workflow instanceof Handle) return workflow ?? "";
    return this.workflow(workflow, workflow.name ?? name ?? "workflow", [...path, "workflow"]);
  }
}

/** How many steps and workflows are around what stands at a path, itself included. */
function levelOf(path: Path): number {
  const around = new Set<PropertyKey>(["workflow", "fallback", "compensate"]);
  return path.filter((part) => typeof part === "number" || around.has(part)).length;
}

function asStep(given: GivenStep): Step {
  if (isFunction(given)) return { fn: given };
  if (!(given instanceof Handle)) return given;
  if (given.type === "agent") return { agent: given };
  return given.type === "tool" ? { tool: given } : { workflow: given };
}

/** A graph where a step names others, else by what is given. */
function inferType(given: Body): WorkflowType {
  if (given.steps?.some((step) => "dependsOn" in step && step.dependsOn !== undefined)) return "dag";
  if (given.branches !== undefined || given.cases !== undefined) return "conditional";
  if (given.items !== undefined || given.range !== undefined || given.loop !== undefined) return "loop";
  if (given.merge !== undefined) return "parallel";
  return given.condition !== undefined ? "conditional" : "sequential";
}

function inferAction(step: Step): PlannedStep["type"] | undefined {
  if (step.agent !== undefined) return "agent";
  if (step.tool !== undefined) return "tool";
  if (step.fn !== undefined) return "function";
  if (step.workflow !== undefined) return "workflow";
  if (step.spell !== undefined) return "spell";
  if (step.approval !== undefined) return "approval";
  if (step.wait !== undefined) return "wait";
  if (step.steps !== undefined || step.branches !== undefined || step.cases !== undefined) return inferNested(step);
  if (step.prompt !== undefined) return "llm";
  return step.condition === undefined ? undefined : "condition";
}

/** The condition of a step says whether it runs. */
function inferNested({ condition: _, ...rest }: Step): WorkflowType {
  return inferType(rest as Body);
}

function isWorkflowType(type: string): type is WorkflowType {
  return (WORKFLOW_TYPES as readonly string[]).includes(type);
}

function reactionOf(given: Reaction | undefined): readonly string[] | PlannedFunction {
  if (given === undefined) return [];
  return typeof given === "function" ? given : [given].flat();
}
type PlannedFunction = Extract<Reaction, (...args: never[]) => unknown>;

function namesOf(reaction: PlannedStep["onSuccess"]): readonly string[] {
  return typeof reaction === "function" ? [] : reaction;
}

function retryOf({ retry, onError }: Step): PlannedRetry | undefined {
  if (retry === undefined) return onError === "retry" ? DEFAULT_RETRY : undefined;
  if (typeof retry === "number") return { ...DEFAULT_RETRY, maxAttempts: retry };
  return {
    maxAttempts: retry.maxAttempts ?? DEFAULT_RETRY.maxAttempts,
    backoff: retry.backoff ?? DEFAULT_RETRY.backoff,
    baseDelayMs: durationOf(retry.baseDelay) ?? DEFAULT_RETRY.baseDelayMs,
    maxDelayMs: durationOf(retry.maxDelay) ?? DEFAULT_RETRY.maxDelayMs,
    jitter: retry.jitter ?? DEFAULT_RETRY.jitter,
  };
}

/** Milliseconds. The schema has refused what is none. */
function durationOf(given: Duration | undefined): number | undefined {
  return typeof given === "string" ? readDuration(given) : given;
}
