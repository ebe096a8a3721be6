import { LlmspellError } from "../errors.ts";
import { findReference } from "../values/reference.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { Change } from "./operations.ts";

/** Throws `value.unsupported` for what lives only inside the run, with its place: functions and handles. */
export function assertStorable(change: Change): void {
  const [value, where] = contentOf(change);
  const found = findReference(value);
  if (!found) return;
  const place = [...where, ...found.path].join(".");
  throw new LlmspellError(
    "value.unsupported",
    `${found.what} cannot be stored (${place}): it lives only inside the run`,
    {
      hint: "Store data: text, numbers, bytes, times, lists and tables of them.",
    },
  );
}

function contentOf(change: Change): [value: ScriptValue, where: string[]] {
  switch (change.op) {
    case "set":
      return [change.value, [change.path]];
    case "setAnnex":
      return [change.value, [change.name]];
    case "addMessage":
      return [change.message, []];
    case "replace":
    case "begin":
      return [change.data, []];
    default:
      return [null, []];
  }
}
