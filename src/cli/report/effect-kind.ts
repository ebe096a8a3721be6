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

/** What a reader looks for: a model's answer, a tool's call. */
export function kindOf({ method }: Pick<Effect, "method">): EffectKind {
  return KINDS.find(([pattern]) => pattern.test(method))?.[1] ?? "other";
}

/** What the effect is about, in a word or two: the tool's or step's name, the model, the address. */
export function subjectOf(effect: Effect): string | undefined {
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
