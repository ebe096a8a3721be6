import type { Effect } from "../../runs/effect-tree.ts";
import { formatElapsed } from "../figures.ts";
import { conversation } from "./conversation.ts";
import { kindOf, partsOf, subjectOf, titleOf } from "./effect-kind.ts";
import { html, type Markup } from "./markup.ts";
import { spentText } from "./tree-lines.ts";
import { longText, valueBlock } from "./value-block.ts";

/** Effects that the page shows; what follows is counted. */
const MOST = 5_000;

interface Span {
  startedAt: number;
  durationMs: number;
  /** What is said of an effect without an end. */
  open: string;
}

/** Every effect of a run as a bar on one scale of time, those that it made below it; opened, what went in and came out. */
export function timeline(effects: readonly Effect[], run: Span): Markup {
  const room = { left: MOST };
  const rows = effects.map((effect) => row(effect, run, room));
  const left =
    room.left < 0 ? html`<p class="more">${-room.left} further calls are left out: llmspell runs show</p>` : "";
  return html`<div class="timeline">${rows}</div>
    ${left}`;
}

function row(effect: Effect, run: Span, room: { left: number }): Markup {
  room.left -= 1;
  if (room.left < 0) {
    room.left -= countOf(effect.effects);
    return html``;
  }
  const { calls = 1, endedAt, startedAt, error, usage } = effect;
  const effects = partsOf(effect);
  const subject = subjectOf(effect);
  const inner = effects.map((each) => row(each, run, room));
  const details = detailsOf(effect);
  const open = effects.length > 0 ? " open" : "";
  return html`<details class="effect ${kindOf(effect)}${error ? " failed" : ""}" ${open}>
    <summary>
      <span class="name"
        ><b>${titleOf(effect)}</b>${calls > 1 ? ` × ${calls}` : ""} ${subject ?? ""}
        ${error ? html`<span class="code">${error.code}</span>` : ""}</span
      >
      <span class="track">${bar(effect, run)}</span>
      <span class="took">${endedAt === undefined ? run.open : formatElapsed(endedAt - startedAt)}</span>
    </summary>
    <div class="inside">
      ${usage ? html`<p class="spent">${spentText(usage)}</p>` : ""}
      ${
        inner.length > 0
          ? html`<details>
                <summary class="io">arguments and result</summary>
                ${details}
              </details>
              ${inner}`
          : details
      }
    </div>
  </details>`;
}

function detailsOf(effect: Effect): Markup {
  const { args, value, error, text, logs } = effect;
  const said = conversation(effect);
  const printed = [text, ...(logs ?? []).map(({ level, message }) => `[${level}] ${message}`)]
    .filter(Boolean)
    .join("\n");
  return html`${printed === "" ? "" : longText(printed)}
  ${
    said ??
    (args.length > 0
      ? html`<h4>arguments</h4>
          ${args.map(valueBlock)}`
      : "")
  }
  ${
    said !== undefined || value === undefined || value === null
      ? ""
      : html`<h4>result</h4>
          ${valueBlock(value)}`
  }
  ${
    error
      ? html`<h4>error</h4>
          <pre>${error.code}: ${error.message}</pre>`
      : ""
  }`;
}

function bar({ startedAt, endedAt }: Effect, run: Span): Markup {
  const scale = 100 / Math.max(1, run.durationMs);
  const left = Math.min(99.7, Math.max(0, (startedAt - run.startedAt) * scale));
  const end = endedAt ?? run.startedAt + run.durationMs;
  const width = Math.min(100 - left, Math.max(0.3, (end - startedAt) * scale));
  return html`<i style="left:${left.toFixed(2)}%;width:${width.toFixed(2)}%"></i>`;
}

function countOf(effects: readonly Effect[]): number {
  return effects.reduce((sum, { effects: inner }) => sum + 1 + countOf(inner), 0);
}
