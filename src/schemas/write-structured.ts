import { stringify } from "yaml";
import type { ScriptValue } from "../values/script-value.ts";
import type { TextFormat } from "./read-structured.ts";
import { writeXml } from "./write-xml.ts";

/** Plain data as text that `readStructured` reads again. */
export function writeStructured(
  value: ScriptValue,
  format: TextFormat,
  { root, indent }: { root: string; indent: number },
): string {
  if (format === "xml") return writeXml(value, root);
  if (format === "yaml") return stringify(value, { indent: Math.max(1, indent), aliasDuplicateObjects: false });
  return JSON.stringify(value, null, indent);
}
