import type { Effect } from "../../runs/effect-tree.ts";

export type EffectKind = "model" | "agent" | "tool" | "workflow" | "http" | "file" | "person" | "output" | "other";

const KINDS: readonly (readonly [RegExp, EffectKind])[] = [
  [/^llm\./, "model"],
  [/^agent\./, "agent"],
  [/^tools?\./, "tool"],
  [/^workflow\./, "workflow"],
  [/^http\./, "http"],
  [/^fs\./, "file"],
  [/^approval\./, "person"],
  [/^(console|log)\./, "output"],
];

/** What a reader calls it, in place of a method that scripts do not know. */
const TITLES: Readonly<Record<string, string>> = {
  "agent.perform": "agent",
  "tools.perform": "tool",
  "tools.execute": "tool",
  "tools.callByName": "tool",
  "tool.execute": "tool",
  "tool.run": "tool",
  "tools.read": "reads",
  "tools.write": "does",
  "workflow.run": "workflow",
  "workflow.perform": "workflow",
  "workflow.background": "workflow",
  "workflow.step": "step",
  "llm.generate": "model",
  "llm.streamInto": "model",
  "llm.generateObject": "model",
  "llm.open": "model",
  "trace.span": "span",
};

/** What a reader looks for: a model's answer, a tool's call. */
export function kindOf({ method }: Pick<Effect, "method">): EffectKind {
  return KINDS.find(([pattern]) => pattern.test(method))?.[1] ?? "other";
}

/** `agent`, `tool`, `step`, `model`, or the method as scripts call it. */
export function titleOf({ method }: Pick<Effect, "method">): string {
  return TITLES[method] ?? method;
}

/** A tool's run, however it came about. */
export function isToolRun({ method }: Pick<Effect, "method">): boolean {
  return TITLES[method] === "tool";
}

/**
 * What a tool is made of, without the one effect that carries a built-in one out and says the same once more: in its
 * place stands what that made.
 */
export function partsOf(effect: Effect): readonly Effect[] {
  if (!isToolRun(effect)) return effect.effects;
  return effect.effects.flatMap((part) =>
    (part.method === "tools.read" || part.method === "tools.write") && subjectOf(part) === subjectOf(effect)
      ? part.effects
      : [part],
  );
}

/** What the effect is about, in a word or two: the agent's, tool's or step's name, the model, the address. */
export function subjectOf(effect: Effect): string | undefined {
  if (effect.about !== undefined) return effect.about;
  if (kindOf(effect) === "model") return modelOf(effect);
  const [first] = effect.args;
  const subject = typeof first === "object" && first !== null ? (first as { name?: unknown }).name : first;
  return typeof subject === "string" ? subject : undefined;
}

/** The model that answered, else the one that was asked for; undefined for the default one that did not answer. */
function modelOf({ args, value }: Effect): string | undefined {
  const answer = value as { model?: unknown; response?: { model?: unknown } } | null | undefined;
  const asked = (args[0] as { model?: unknown } | null | undefined)?.model;
  const model = answer?.model ?? answer?.response?.model ?? asked;
  return typeof model === "string" ? model : undefined;
}

/** Said of what has no end: of a run that is still at it, or one that was cut off. */
export function openText({ status }: { status: string }): string {
  return status === "running" ? "goes on" : "did not end";
}
