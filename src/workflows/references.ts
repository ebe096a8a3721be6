import { expandSchema } from "../schemas/short-form.ts";
import { nearestName } from "../values/nearest-name.ts";
import { isPlainObject } from "../values/script-value.ts";
import { type Expression, pathsOf } from "./expressions/syntax.ts";
import type { Filled, Plan, PlannedBody, PlannedStep } from "./plan.ts";
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

/** Steps that are around a body, and those of it that ran before; what loops call their items. */
type Visible = ReadonlySet<string>;

/** The names that a workflow has at all. */
interface Known {
  /** Fields of the input, as far as they are declared. */
  inputs: ReadonlySet<string>;
  /** The declared fields are all that there are. */
  closed: boolean;
  /** The step that each step stands in; undefined for the workflow itself. */
  containers: ReadonlyMap<string, string | undefined>;
  /** What loops call their items. */
  items: ReadonlySet<string>;
}

/** What can be read of a step. */
const STEP_FIELDS: readonly string[] = [
  "output",
  "status",
  "error",
  "attempts",
  "duration_ms",
  "durationMs",
  "steps",
  "fallback",
];

/**
 * Looks for steps that a template or a dependency names and that are not there, or not yet, and for cycles. What the
 * templates of a graph read becomes a dependency.
 */
export function checkReferences(plan: Plan, problems: Problem[]): void {
  new References(problems, plan).plan(plan, []);
}

class References {
  readonly #problems: Problem[];
  readonly #known: Known;

  constructor(problems: Problem[], plan: Plan) {
    this.#problems = problems;
    this.#known = {
      ...inputsOf(plan),
      containers: new Map(containersIn(plan.body)),
      items: new Set(itemsIn(plan.body)),
    };
  }

  plan({ body, output }: Plan, path: readonly PropertyKey[]): void {
    this.#body(body, new Set(), path);
    const steps = [body, ...partsOf(body)].flatMap((part) => part.steps.flatMap(namesOf));
    if (output) this.#named(output, [...path, "output"], new Set(steps), new Map());
  }

  #body(body: PlannedBody, outer: Visible, path: readonly PropertyKey[]): void {
    const siblings = new Map(body.steps.map((step) => [step.name, step]));
    if (body.type === "dag") this.#graph(body, path);
    const around = new Set([...outer, ...(body.as === undefined ? [] : [body.as])]);
    const all = new Set([...around, ...siblings.keys()]);
    const before = new Set(around);
    for (const part of partsOf(body)) this.#body(part, outer, path);
    for (const [index, { condition }] of body.branches.entries())
      this.#named(condition, [...path, "branches", index, "condition"], outer, new Map());
    for (const part of ["switch", "items", "range"] as const)
      if (body[part]) this.#named(body[part], [...path, part], outer, new Map());
    if (body.type === "loop" && body.condition) this.#named(body.condition, [...path, "condition"], all, new Map());
    for (const step of body.steps) {
      // A reaction runs when another step says so, a graph in the order of what its steps read.
      const free = body.type === "dag" || step.isReaction;
      this.#step(step, free ? without(all, step.name) : before, siblings);
      if (body.type !== "parallel") for (const name of namesOf(step)) before.add(name);
    }
  }

  #step(step: PlannedStep, visible: Visible, siblings: ReadonlyMap<string, PlannedStep>): void {
    for (const { field, filled } of templatesOf(step)) this.#named(filled, [...step.path, field], visible, siblings);
    const { action } = step;
    if (action.kind === "steps") this.#body(action.body, visible, step.path);
    if (action.kind === "workflow" && typeof action.workflow === "object" && "body" in action.workflow)
      new References(this.#problems, action.workflow).plan(action.workflow, [...step.path, "workflow"]);
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
    for (const read of filled.expressions.flatMap(stepsIn)) {
      const { name, text } = read;
      const { inputs, closed, containers } = this.#known;
      if (visible.has(name)) this.#field(read, path);
      else if (siblings.has(name)) this.#refuse(path, `${text} is read before the step "${name}" has run`);
      else if (!read.explicit && inputs.has(name)) continue;
      else if (containers.has(name)) this.#refuse(path, this.#hidden(read, visible));
      else if (read.explicit || read.field === "output" || closed) this.#refuse(path, this.#unknown(read, visible));
    }
  }

  #field({ name, field, text }: NamedStep, path: readonly PropertyKey[]): void {
    const { containers, items } = this.#known;
    if (field === undefined || STEP_FIELDS.includes(field) || items.has(name) || !containers.has(name)) return;
    const near = nearestName(field, STEP_FIELDS);
    const hint = near === undefined ? `; it has ${STEP_FIELDS.join(", ")}` : ` (did you mean "${near}"?)`;
    this.#refuse(path, `${text}: a step has no "${field}"${hint}`, "workflow.template");
  }

  /** A step that is there, and cannot be read from where it is named. */
  #hidden({ name, text }: NamedStep, visible: Visible): string {
    const container = this.#known.containers.get(name);
    return container !== undefined && visible.has(container)
      ? `${text}: the step "${name}" stands inside of "${container}", and is read as ${container}.steps.${name}`
      : `${text} is read before the step "${name}" has run`;
  }

  #unknown({ name, text, explicit, field }: NamedStep, visible: Visible): string {
    const { inputs, closed, containers } = this.#known;
    const isOutput = field === "output";
    const isStep = explicit || isOutput;
    const near = nearestName(name, [...visible, ...containers.keys(), ...(isStep ? [] : [...inputs, ...ROOTS])]);
    const what = isStep || !closed ? `no step "${name}"` : `neither a step nor an input "${name}"`;
    const input = isOutput && !closed ? `; a field of the input is read as input.${name}` : "";
    return `${text}: there is ${what}${near === undefined ? input : ` (did you mean "${near}"?)`}`;
  }

  #refuse(path: readonly PropertyKey[], message: string, code: Problem["code"] = "workflow.missing_step"): void {
    this.#problems.push({ path, message, code });
  }

  #graph(body: PlannedBody, path: readonly PropertyKey[]): void {
    const steps = new Map(body.steps.map((step) => [step.name, step]));
    for (const step of body.steps) {
      for (const name of step.dependsOn)
        if (!steps.has(name))
          this.#refuse(
            [...step.path, "dependsOn"],
            `"${step.name}" depends on "${name}", and there is no such step${meant(name, steps.keys())}`,
          );
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
  /** By `steps.`. */
  explicit: boolean;
  /** What is read of it. Inputs seldom have an `output`. */
  field: string | undefined;
  text: string;
}

/** Steps that an expression reads: `steps.a.output` names one for sure, `a.output` if there is one. */
function stepsIn(expression: Expression): NamedStep[] {
  return pathsOf(expression).flatMap(({ root, steps, text }): NamedStep[] => {
    const explicit = root === "steps";
    const [name, field] = explicit ? steps : [root, ...steps];
    if (typeof name !== "string" || (!explicit && (ROOTS as readonly string[]).includes(root))) return [];
    return [{ name, explicit, field: typeof field === "string" ? field : undefined, text }];
  });
}

/** The step's own, and that of what may stand in for it. */
function namesOf({ name, fallback }: PlannedStep): string[] {
  return fallback && "action" in fallback ? [name, ...namesOf(fallback)] : [name];
}

function inputsOf({ input = {} }: Plan): Pick<Known, "inputs" | "closed"> {
  const { properties, additionalProperties, ...rest } = expandSchema(input, false);
  if (!isPlainObject(properties)) return { inputs: new Set(), closed: false };
  const isOpen = ["patternProperties", "allOf", "anyOf", "oneOf", "$ref"].some((keyword) => keyword in rest);
  const names = Object.keys(properties);
  return { inputs: new Set(names), closed: names.length > 0 && !isOpen && !additionalProperties };
}

function containersIn(body: PlannedBody, container?: string): [string, string | undefined][] {
  return [body, ...partsOf(body)].flatMap(({ steps }) =>
    steps.flatMap((step): [string, string | undefined][] => [
      [step.name, container],
      ...(step.action.kind === "steps" ? containersIn(step.action.body, step.name) : []),
    ]),
  );
}

/** All steps that a step reads, what is inside of it included. */
function readBy(step: PlannedStep): string[] {
  const own = templatesOf(step).flatMap(({ filled }) => filled.expressions.flatMap(stepsIn).map(({ name }) => name));
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

function itemsIn(body: PlannedBody): string[] {
  return [body, ...partsOf(body)].flatMap(({ as, steps }) => [
    ...(as === undefined ? [] : [as]),
    ...steps.flatMap(({ action }) => (action.kind === "steps" ? itemsIn(action.body) : [])),
  ]);
}

interface FieldTemplate {
  field: string;
  filled: Filled;
}

/** All that a step fills, by the field that it stands in. */
function templatesOf({ action, condition, fallback }: PlannedStep): FieldTemplate[] {
  const parts: [string, unknown][] = [
    ...Object.entries(action),
    ["condition", condition],
    ["fallbackValue", fallback && "fill" in fallback ? fallback : undefined],
  ];
  return parts.flatMap(([part, filled]) =>
    typeof filled === "object" && filled !== null && "expressions" in filled
      ? [{ field: FIELDS[part] ?? part, filled: filled as Filled }]
      : [],
  );
}

/** Parts of an action that are called otherwise in a step. */
const FIELDS: Readonly<Record<string, string>> = { request: "approval", duration: "wait" };

export function meant(wanted: string, known: Iterable<string>): string {
  const near = nearestName(wanted, [...known]);
  return near === undefined ? "" : ` (did you mean "${near}"?)`;
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
