import { Handle } from "../../values/script-value.ts";
import type { Action, Plan, PlannedBody, PlannedCondition, PlannedStep } from "../plan.ts";

export interface GraphNode {
  id: string;
  label: string;
  /** What the step does with what: `tool web_search`. */
  detail: string;
  shape: "step" | "decision" | "end";
}

export interface GraphEdge {
  from: string;
  to: string;
  label?: string;
  /** Only when something fails, or a loop begins again. */
  dashed?: boolean;
}

/** Steps that belong together: a loop's, a parallel step's. */
export interface GraphGroup {
  id: string;
  label: string;
  nodes: string[];
  groups: GraphGroup[];
}

/** A workflow as nodes and edges. */
export interface WorkflowGraph {
  name: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
  groups: GraphGroup[];
}

/** Where edges leave a part, with what they are called. */
interface Exit {
  id: string;
  label?: string;
}

export function graphOf(plan: Plan): WorkflowGraph {
  const builder = new GraphBuilder(plan.name);
  return builder.build(plan);
}

class GraphBuilder {
  readonly #graph: WorkflowGraph;
  #count = 0;
  #group: GraphGroup | undefined;

  constructor(name: string) {
    this.#graph = { name, nodes: [], edges: [], groups: [] };
  }

  build({ body }: Plan): WorkflowGraph {
    const start = this.#node("start", "", "end");
    const exits = this.#body(body, [{ id: start }]);
    this.#join(exits, this.#node("end", "", "end"));
    return this.#graph;
  }

  #node(label: string, detail: string, shape: GraphNode["shape"]): string {
    this.#count += 1;
    const id = `n${this.#count}`;
    this.#graph.nodes.push({ id, label, detail, shape });
    this.#group?.nodes.push(id);
    return id;
  }

  #join(exits: readonly Exit[], to: string): void {
    for (const { id, label } of exits)
      if (!this.#graph.edges.some((edge) => edge.from === id && edge.to === to && edge.label === label))
        this.#graph.edges.push({ from: id, to, ...(label === undefined ? {} : { label }) });
  }

  #within<T>(label: string, build: () => T): T {
    const outer = this.#group;
    this.#count += 1;
    const group: GraphGroup = { id: `g${this.#count}`, label, nodes: [], groups: [] };
    (outer?.groups ?? this.#graph.groups).push(group);
    this.#group = group;
    const built = build();
    this.#group = outer;
    return built;
  }

  #body(body: PlannedBody, entries: readonly Exit[]): Exit[] {
    switch (body.type) {
      case "sequential":
        return this.#sequence(body, entries);
      case "parallel":
        return this.#parallel(body, entries);
      case "conditional":
        return this.#conditional(body, entries);
      case "loop":
        return this.#loop(body, entries);
      case "dag":
        return this.#dag(body, entries);
    }
  }

  #sequence({ steps }: PlannedBody, entries: readonly Exit[]): Exit[] {
    let exits = [...entries];
    const reactions = new Map(steps.filter(({ isReaction }) => isReaction).map((step) => [step.name, step]));
    for (const step of steps) if (!step.isReaction) exits = this.#step(step, exits, reactions);
    return exits;
  }

  #parallel({ steps, merge }: PlannedBody, entries: readonly Exit[]): Exit[] {
    const reactions = new Map(steps.filter(({ isReaction }) => isReaction).map((step) => [step.name, step]));
    const exits = steps.filter(({ isReaction }) => !isReaction).flatMap((step) => this.#step(step, entries, reactions));
    if (exits.length === 0) return [...entries];
    const join = this.#node(typeof merge === "function" ? "merge" : `merge: ${merge}`, "", "decision");
    this.#join(exits, join);
    return [{ id: join }];
  }

  #dag({ steps }: PlannedBody, entries: readonly Exit[]): Exit[] {
    const ends = new Map<string, Exit[]>();
    const reactions = new Map(steps.filter(({ isReaction }) => isReaction).map((step) => [step.name, step]));
    const waiting = new Set(steps.filter(({ isReaction }) => !isReaction));
    while (waiting.size > 0) {
      const ready = [...waiting].find(({ dependsOn }) =>
        dependsOn.every((name) => ends.has(name) || ![...waiting].some((step) => step.name === name)),
      );
      // A circle is drawn as far as it can be.
      const step = ready ?? ([...waiting][0] as PlannedStep);
      waiting.delete(step);
      const before = step.dependsOn.flatMap((name) => ends.get(name) ?? []);
      ends.set(step.name, this.#step(step, before.length > 0 ? before : entries, reactions));
    }
    const needed = new Set(steps.flatMap(({ dependsOn }) => dependsOn));
    return [...ends].flatMap(([name, exits]) => (needed.has(name) ? [] : exits));
  }

  #conditional(body: PlannedBody, entries: readonly Exit[]): Exit[] {
    let open = [...entries];
    const exits: Exit[] = [];
    for (const branch of body.branches) {
      const test = this.#node(textOf(branch.condition), "", "decision");
      this.#join(open, test);
      exits.push(...this.#body(branch.body, [{ id: test, label: "yes" }]));
      open = [{ id: test, label: "no" }];
    }
    if (body.switch) {
      const test = this.#node(`switch ${textOf(body.switch)}`, "", "decision");
      this.#join(open, test);
      for (const [name, part] of body.cases) exits.push(...this.#body(part, [{ id: test, label: name }]));
      open = [{ id: test, label: "default" }];
    }
    return [...exits, ...(body.default ? this.#body(body.default, open) : open)];
  }

  #loop(body: PlannedBody, entries: readonly Exit[]): Exit[] {
    const label =
      body.loop === "forEach"
        ? `for each ${body.as ?? "item"}`
        : body.loop === "range"
          ? "for each number"
          : `${body.loop} ${textOf(body.condition)}`;
    const test = this.#node(label, "", "decision");
    const order = { ...body, type: "sequential" as const };
    if (body.loop === "until") {
      const first = this.#graph.nodes.length;
      const exits = this.#sequence(order, entries);
      this.#join(exits, test);
      const begin = this.#graph.nodes[first]?.id;
      if (begin !== undefined) this.#graph.edges.push({ from: test, to: begin, label: "again", dashed: true });
      return [{ id: test, label: "done" }];
    }
    this.#join(entries, test);
    for (const { id } of this.#sequence(order, [{ id: test, label: "next" }]))
      if (id !== test) this.#graph.edges.push({ from: id, to: test, dashed: true });
    return [{ id: test, label: "done" }];
  }

  #step(step: PlannedStep, given: readonly Exit[], reactions: ReadonlyMap<string, PlannedStep>): Exit[] {
    let entries = given;
    const passes: Exit[] = [];
    if (step.condition) {
      const test = this.#node(textOf(step.condition), "", "decision");
      this.#join(entries, test);
      entries = [{ id: test, label: "yes" }];
      passes.push({ id: test, label: "no" });
    }
    if (step.action.kind === "steps") {
      const { body } = step.action;
      return [...this.#within(step.name, () => this.#body(body, entries)), ...passes];
    }
    const nested = step.action.kind === "workflow" ? step.action.workflow : undefined;
    if (nested && typeof nested === "object" && "body" in nested)
      return [...this.#within(step.name, () => this.#body(nested.body, entries)), ...passes];
    const id = this.#node(step.name, detailOf(step.action, step.description), "step");
    this.#join(entries, id);
    const exits: Exit[] = [{ id }];
    exits.push(...this.#reaction(id, step.onSuccess, "success", reactions));
    exits.push(...this.#reaction(id, step.onFailure, "failure", reactions));
    if (step.fallback && "action" in step.fallback) {
      const other = this.#node(step.fallback.name, detailOf(step.fallback.action, undefined), "step");
      this.#graph.edges.push({ from: id, to: other, label: "fallback", dashed: true });
      exits.push({ id: other });
    }
    if (step.compensate) {
      const undo = this.#node(step.compensate.name, detailOf(step.compensate.action, undefined), "step");
      this.#graph.edges.push({ from: id, to: undo, label: "undo", dashed: true });
    }
    return [...exits, ...passes];
  }

  #reaction(
    from: string,
    reaction: PlannedStep["onSuccess"],
    label: string,
    reactions: ReadonlyMap<string, PlannedStep>,
  ): Exit[] {
    if (typeof reaction === "function") return [];
    return reaction.flatMap((name) => {
      const step = reactions.get(name);
      if (!step) return [];
      const id = this.#node(step.name, detailOf(step.action, step.description), "step");
      this.#graph.edges.push({ from, to: id, label, dashed: true });
      return [{ id }];
    });
  }
}

function textOf(condition: PlannedCondition | PlannedBody["switch"]): string {
  if (condition === undefined) return "";
  return typeof condition === "function" ? "function" : (condition.source ?? "condition");
}

function detailOf(action: Action, description: string | undefined): string {
  const what = description ?? subjectOf(action);
  return what === "" ? kindName(action) : `${kindName(action)}: ${what}`;
}

function kindName({ kind }: Action): string {
  return kind === "llm" ? "model" : kind;
}

function subjectOf(action: Action): string {
  switch (action.kind) {
    case "agent":
      return nameOf(action.agent);
    case "tool":
      return nameOf(action.tool);
    case "workflow":
      return typeof action.workflow === "string" || action.workflow instanceof Handle ? nameOf(action.workflow) : "";
    case "spell":
      return action.spell.source ?? "";
    case "wait":
      return action.duration.source ?? "";
    case "condition":
      return textOf(action.condition);
    default:
      return "";
  }
}

function nameOf(given: string | Handle): string {
  if (typeof given === "string") return given;
  const name = given.fields?.name ?? given.fields?.id;
  return typeof name === "string" ? name : "";
}
