import { fromJson } from "../../journal/codec.ts";
import type { Effect } from "../../runs/effect-tree.ts";
import type { Recording } from "../../runs/read-recording.ts";
import type { RunSummary } from "../../runs/run-store.ts";
import { formatElapsed, formatNumberOf, formatSpent, formatTime } from "../figures.ts";
import { openText } from "./effect-kind.ts";
import { html, Markup } from "./markup.ts";
import { STYLES } from "./styles.ts";
import { timeline } from "./timeline.ts";
import { totals } from "./totals.ts";
import { longText, valueBlock } from "./value-block.ts";

/** A page about a run that opens from disk: one file, no script, nothing loaded from anywhere. */
export function runReport(run: RunSummary, recording: Recording, effects: readonly Effect[], now = Date.now()): string {
  const last = run.status === "running" ? now : (lastOf(effects) ?? run.startedAt);
  const durationMs = run.durationMs ?? last - run.startedAt;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${run.name} · ${run.id}</title>
        <style>
          ${new Markup(STYLES)}
        </style>
      </head>
      <body>
        <header>
          <h1>${run.name}</h1>
          <p>
            <span class="status-${run.status}">${run.status}</span> · ${formatTime(run.startedAt)} ·
            ${formatElapsed(durationMs)} · ${formatNumberOf(countOf(effects), "call")}
          </p>
        </header>
        ${about(run, recording)} ${totals(effects)}
        <h2>Timeline</h2>
        ${timeline(effects, { startedAt: run.startedAt, durationMs, open: openText(run) })}
      </body>
    </html> `;
  return page.text;
}

function about(run: RunSummary, { header, outcome }: Recording): Markup {
  const { inputTokens = 0, outputTokens = 0, cost = 0, costKnown = true } = run;
  const rows: (readonly [string, Markup] | undefined)[] = [
    ["run", html`<code>${run.id}</code>`],
    ["spell", html`${run.file} (${run.engine})`],
    inputTokens + outputTokens > 0
      ? ["models", html`${formatSpent({ inputTokens, outputTokens, cost, costKnown })}`]
      : undefined,
    isEmpty(header.params) ? undefined : ["params", valueBlock(fromJson(header.params))],
    header.args.length > 0 ? ["args", valueBlock([...header.args])] : undefined,
    run.error ? ["error", longText(`${run.error.code}: ${run.error.message}`)] : undefined,
    outcome?.ok && outcome.value !== null ? ["result", valueBlock(outcome.value)] : undefined,
  ];
  return html`<dl>
    ${rows.map((row) =>
      row
        ? html`<dt>${row[0]}</dt>
            <dd>${row[1]}</dd>`
        : "",
    )}
  </dl>`;
}

function isEmpty(params: unknown): boolean {
  return typeof params !== "object" || params === null || Object.keys(params).length === 0;
}

function lastOf(effects: readonly Effect[]): number | undefined {
  const times = effects.flatMap(({ startedAt, endedAt, effects: inner }) => [endedAt ?? startedAt, lastOf(inner) ?? 0]);
  return times.length === 0 ? undefined : Math.max(...times);
}

function countOf(effects: readonly Effect[]): number {
  return effects.reduce((sum, { calls = 1, effects: inner }) => sum + calls + countOf(inner), 0);
}
