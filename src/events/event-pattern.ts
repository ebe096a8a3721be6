/** Whether an event name fits. */
export type EventPattern = (name: string) => boolean;

/**
 * Compiles a pattern of event names: `*` stands for one part, `**` for any number of parts, none included; `*` alone
 * for every name.
 */
export function compilePattern(pattern: string): EventPattern {
  if (pattern === "*" || pattern === "**") return () => true;
  if (!pattern.includes("*")) return (name) => name === pattern;
  const parts = pattern.split(".");
  return (name) => fits(parts, 0, name.split("."), 0);
}

function fits(parts: readonly string[], at: number, name: readonly string[], from: number): boolean {
  for (let index = at, position = from; ; index += 1, position += 1) {
    const part = parts[index];
    if (part === undefined) return position === name.length;
    if (part === "**")
      return (
        name.some((_, skip) => skip >= position && fits(parts, index + 1, name, skip)) || index === parts.length - 1
      );
    if (position === name.length || (part !== "*" && part !== name[position])) return false;
  }
}
