import { type Expression, pathsOf } from "./expressions/syntax.ts";
import type { Action, Filled, Plan, PlannedBody, PlannedStep } from "./plan.ts";
import { partsOf } from "./plan.ts";
import type { Problem } from "./workflow-error.ts";

/** What a path can begin with besides the names of steps and of the input's fields. */
const ROOTS = [
  "input",
  "steps",
  "previous",
  "vars",
  "params",
  "item",
  "index",
  "iteration",
  "last",
  "workflow",
  "output",
  "error",
] as const;

/** Steps that are around a body, and those of it that ran before. */
type Visible = ReadonlySet<string>;

/**
 * Looks for steps that a template or a dependency names and that are not there, or not yet, and for cycles. What the
 * templates of a graph read becomes a dependency.
 */
export function checkReferences(plan: Plan, problems: Problem[]): void {
  new References(problems).plan(plan);
}

class References {
  readonly #problems: Problem[];

  constructor(problems: Problem[]) {
    this.#problems = problems;
  }

  plan({ body, output }: Plan): void {
    this.#body(body, new Set(), []);
    const names = new Set(body.steps.map(({ name }) => name));
    if (output) this.#named(output, ["output"], names, new Map());
  }

  #body(body: PlannedBody, outer: Visible, path: readonly PropertyKey[]): void {
    const siblings = new Map(body.steps.map((step) => [step.name, step]));
    if (body.type === "dag") this.#graph(body, path);
    const all = new Set([...outer, ...siblings.keys()]);
    const before = new Set(outer);
    for (const part of partsOf(body)) this.#body(part, outer, path);
    for (const branch of body.branches) this.#named(branch.condition, path, outer, new Map());
    if (body.switch) this.#named(body.switch, path, outer, new Map());
    if (body.items) this.#named(body.items, path, outer, new Map());
    if (body.type === "loop" && body.condition) this.#named(body.condition, path, all, new Map());
    for (const step of body.steps) {
      // A reaction runs when another step says so, a graph in the order of what its steps read.
      const free = body.type === "dag" || step.isReaction;
      this.#step(step, free ? without(all, step.name) : before, siblings);
      if (body.type !== "parallel") before.add(step.name);
    }
  }

  #step(step: PlannedStep, visible: Visible, siblings: ReadonlyMap<string, PlannedStep>): void {
    for (const filled of [...filledOf(step.action), step.condition, filledFallback(step)])
      if (filled) this.#named(filled, step.path, visible, siblings);
    if (step.action.kind === "steps") this.#body(step.action.body, visible, step.path);
    if (step.action.kind === "workflow" && typeof step.action.workflow === "object" && "body" in step.action.workflow)
      this.plan(step.action.workflow);
    const self = new Set([...visible, step.name]);
    if (step.fallback && "action" in step.fallback) this.#step(step.fallback, self, new Map());
    if (step.compensate) this.#step(step.compensate, new Set([...self, ...siblings.keys()]), new Map());
  }

  #named(
    filled: Filled | ((...args: never[]) => unknown),
    path: readonly PropertyKey[],
    visible: Visible,
    siblings: ReadonlyMap<string, PlannedStep>,
  ): void {
    if (typeof filled === "function") return;
    for (const { name, explicit, text } of filled.expressions.flatMap(stepsIn)) {
      if (visible.has(name)) continue;
      if (siblings.has(name)) this.#refuse(path, `${text} is read before the step "${name}" has run`);
      else if (explicit) this.#refuse(path, `${text}: there is no step "${name}"`);
    }
  }

  #refuse(path: readonly PropertyKey[], message: string): void {
    this.#problems.push({ path, message, code: "workflow.missing_step" });
  }

  #graph(body: PlannedBody, path: readonly PropertyKey[]): void {
    const steps = new Map(body.steps.map((step) => [step.name, step]));
    for (const step of body.steps) {
      for (const name of step.dependsOn)
        if (!steps.has(name))
          this.#refuse([...step.path, "dependsOn"], `"${step.name}" depends on "${name}", and there is no such step`);
      const read = readBy(step).filter((name) => steps.has(name) && name !== step.name);
      (step as { dependsOn: readonly string[] }).dependsOn = [...new Set([...step.dependsOn, ...read])];
    }
    const cycle = findCycle(steps);
    if (cycle)
      this.#problems.push({
        path: steps.get(cycle[0] as string)?.path ?? path,
        message: `steps depend on each other in a circle: ${cycle.join(" -> ")}`,
        code: "workflow.cycle",
      });
  }
}

function without(names: Visible, name: string): Visible {
  const rest = new Set(names);
  rest.delete(name);
  return rest;
}

interface NamedStep {
  name: string;
  explicit: boolean;
  text: string;
}

/** Steps that an expression reads: `steps.a.output` names one for sure, `a.output` if there is one. */
function stepsIn(expression: Expression): NamedStep[] {
  return pathsOf(expression).flatMap(({ root, steps, text }): NamedStep[] => {
    if (root === "steps") {
      const [name] = steps;
      return typeof name === "string" ? [{ name, explicit: true, text }] : [];
    }
    return (ROOTS as readonly string[]).includes(root) ? [] : [{ name: root, explicit: false, text }];
  });
}

/** All steps that a step reads, what is inside of it included. */
function readBy(step: PlannedStep): string[] {
  const own = [...filledOf(step.action), step.condition, filledFallback(step)].flatMap((filled) =>
    filled && typeof filled !== "function" ? filled.expressions.flatMap(stepsIn).map(({ name }) => name) : [],
  );
  return [...own, ...(step.action.kind === "steps" ? readInside(step.action.body) : [])];
}

function readInside(body: PlannedBody): string[] {
  const own = [body.condition, body.switch, body.items, body.range, ...body.branches.map(({ condition }) => condition)];
  return [
    ...own.flatMap((filled) =>
      filled && typeof filled !== "function" ? filled.expressions.flatMap(stepsIn).map(({ name }) => name) : [],
    ),
    ...body.steps.flatMap(readBy),
    ...partsOf(body).flatMap(readInside),
  ];
}

function filledFallback({ fallback }: PlannedStep): Filled | undefined {
  return fallback && "fill" in fallback ? fallback : undefined;
}

function filledOf(action: Action): (Filled | ((...args: never[]) => unknown))[] {
  return Object.values(action).filter(
    (part): part is Filled => typeof part === "object" && part !== null && "expressions" in part,
  );
}

/** Names along a circle, the first one again at the end. */
function findCycle(steps: ReadonlyMap<string, PlannedStep>): string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): string[] | undefined => {
    const at = trail.indexOf(name);
    if (at >= 0) return [...trail.slice(at), name];
    if (done.has(name)) return undefined;
    for (const next of steps.get(name)?.dependsOn ?? []) {
      const cycle = visit(next, [...trail, name]);
      if (cycle) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of steps.keys()) {
    const cycle = visit(name, []);
    if (cycle) return cycle;
  }
  return undefined;
}
