import { isPlainObject, type ScriptValue } from "../values/script-value.ts";

/**
 * Writes a value as XML that `readXml` reads again: objects as elements, `@name` as attributes, `#text` as text, a list as
 * elements of one name. Names that XML does not allow have `_` in their place.
 */
export function writeXml(value: ScriptValue, root: string): string {
  const lines: string[] = [];
  write(lines, nameOf(root), value, "");
  return `${lines.join("\n")}\n`;
}

function write(lines: string[], name: string, value: ScriptValue, indent: string): void {
  if (Array.isArray(value)) {
    if (indent !== "") for (const item of value) write(lines, name, item as ScriptValue, indent);
    else write(lines, name, { item: value }, indent);
    return;
  }
  if (!isPlainObject(value)) {
    const text = value === null || value === undefined ? "" : escape(String(value));
    lines.push(text === "" ? `${indent}<${name}/>` : `${indent}<${name}>${text}</${name}>`);
    return;
  }
  const entries = Object.entries(value);
  const attributes = entries.filter(([key]) => key.startsWith("@"));
  const inner = entries.filter(([key, item]) => !key.startsWith("@") && key !== "#text" && item !== undefined);
  const written = attributes.map(
    ([key, item]) => ` ${nameOf(key.slice(1))}="${escape(String(item)).replaceAll('"', "&quot;")}"`,
  );
  const open = `${indent}<${name}${written.join("")}`;
  const text = value["#text"] === undefined ? "" : escape(String(value["#text"]));
  if (inner.length === 0) {
    lines.push(text === "" ? `${open}/>` : `${open}>${text}</${name}>`);
    return;
  }
  lines.push(`${open}>${text}`);
  for (const [key, item] of inner) write(lines, nameOf(key), item as ScriptValue, `${indent}  `);
  lines.push(`${indent}</${name}>`);
}

function nameOf(key: string): string {
  const name = key.replace(/[^\w.\-:\u0080-\uffff]/g, "_");
  return /^[A-Za-z_\u0080-\uffff]/.test(name) ? name : `_${name}`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
