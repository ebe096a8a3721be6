import type { Effect } from "../../runs/effect-tree.ts";
import { formatCount, formatElapsed, formatMoney } from "../figures.ts";
import { isToolRun, kindOf, subjectOf, titleOf } from "./effect-kind.ts";
import { html, type Markup } from "./markup.ts";

interface Total {
  calls: number;
  failed: number;
  durationMs: number;
  inputTokens: number;
  outputTokens: number;
  /** US dollars; undefined once a price was not known. */
  cost: number | undefined;
}

/** What the models cost, by model, and how the tools did, by tool. */
export function totals(effects: readonly Effect[]): Markup {
  const all = flat(effects);
  const models = sums(
    all.filter(
      (effect) => kindOf(effect) === "model" && (effect.usage ?? (titleOf(effect) === "model" && effect.error)),
    ),
    (effect) => subjectOf(effect) ?? "the default model",
  );
  const tools = sums(all.filter(isToolRun), (effect) => subjectOf(effect) ?? "a tool");
  return html`${table(
    "Models",
    ["model", "calls", "failed", "tokens in", "tokens out", "cost", "time"],
    models.map(([name, { calls, failed, inputTokens, outputTokens, cost, durationMs }]) => [
      name,
      calls,
      failed,
      inputTokens,
      outputTokens,
      cost === undefined ? "unknown" : formatMoney(cost),
      formatElapsed(durationMs),
    ]),
  )}${table(
    "Tools",
    ["tool", "calls", "failed", "time"],
    tools.map(([name, { calls, failed, durationMs }]) => [name, calls, failed, formatElapsed(durationMs)]),
  )}`;
}

function flat(effects: readonly Effect[]): Effect[] {
  return effects.flatMap((effect) => [effect, ...flat(effect.effects)]);
}

function sums(effects: readonly Effect[], nameOf: (effect: Effect) => string): [string, Total][] {
  const byName = new Map<string, Total>();
  for (const effect of effects) {
    const { usage = {}, startedAt, endedAt = startedAt, error } = effect;
    const name = nameOf(effect);
    const sum = byName.get(name) ?? { calls: 0, failed: 0, durationMs: 0, inputTokens: 0, outputTokens: 0, cost: 0 };
    byName.set(name, {
      calls: sum.calls + 1,
      failed: sum.failed + (error ? 1 : 0),
      durationMs: sum.durationMs + endedAt - startedAt,
      inputTokens: sum.inputTokens + (usage.inputTokens ?? 0),
      outputTokens: sum.outputTokens + (usage.outputTokens ?? 0),
      cost: costOf(sum.cost, effect),
    });
  }
  return [...byName];
}

/** A call that failed before it was answered cost nothing that is known of. */
function costOf(sum: number | undefined, { usage }: Effect): number | undefined {
  if (!usage) return sum;
  return sum === undefined || usage.cost === undefined ? undefined : sum + usage.cost;
}

function table(title: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): Markup {
  if (rows.length === 0) return html``;
  return html`<h2>${title}</h2>
    <table>
      <thead>
        <tr>
          ${head.map((cell) => html`<th>${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${typeof cell === "number" ? formatCount(cell) : cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>`;
}
