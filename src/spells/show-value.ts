/** A value as a message shows it: short, as JSON. */
export function showValue(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  const text =
    JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item)) ?? "nothing";
  if (text.length <= 60) return text;
  return text.startsWith('"') ? `${text.slice(0, 56)}..."` : `${text.slice(0, 57)}...`;
}
