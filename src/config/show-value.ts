import { showDuration, showSize } from "../values/units.ts";
import type { ConfigValue, LeafSetting } from "./setting.ts";

/** What stands for a secret. */
const MASK = "***";

/** A value as a file would write it: sizes and durations with their unit, secrets hidden. */
export function showValue(setting: LeafSetting, value: ConfigValue): string | number | boolean | readonly string[] {
  if (setting.secret) return MASK;
  if (typeof value === "number" && setting.type === "duration") return showDuration(value);
  if (typeof value === "number" && setting.type === "size") return showSize(value);
  return typeof value === "string" && setting.type === "text" && setting.form === "url"
    ? withoutPassword(value)
    : value;
}

function withoutPassword(text: string): string {
  const url = URL.parse(text);
  if (!url) return text;
  if (url.password !== "") url.password = MASK;
  for (const name of url.searchParams.keys()) url.searchParams.set(name, MASK);
  return url.password === "" && url.search === "" ? text : url.href;
}
