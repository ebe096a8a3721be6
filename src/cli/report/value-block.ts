import { inspect } from "../../values/inspect.ts";
import type { ScriptValue } from "../../values/script-value.ts";
import { printable } from "../printable.ts";
import { html, type Markup } from "./markup.ts";

/** UTF-16 units of one value or text that the page holds. */
const MOST = 20_000;

/** A value as text for people. */
export function valueBlock(value: ScriptValue): Markup {
  if (typeof value === "string") return longText(value);
  return html`<pre>${printable(inspect(value, { depth: 8, width: 100, length: MOST, stringLength: 4000 }))}</pre>`;
}

export function longText(text: string): Markup {
  const shown = printable(text.slice(0, MOST));
  const rest = text.length - MOST;
  return rest > 0
    ? html`<pre>${shown}</pre>
        <p class="more">… and ${rest} characters more</p>`
    : html`<pre>${shown}</pre>`;
}
