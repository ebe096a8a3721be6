import { LlmspellError } from "../errors.ts";

interface Groups {
  text: string;
  groups: (string | null)[];
  named: object;
}

/** A replacement text with `$1`, `$<name>`, `$&` and `$$` filled in. Any other `$` stays. Throws `input.invalid` for a group that the pattern lacks. */
export function expandReplacement(template: string, match: Groups): string {
  if (!template.includes("$")) return template;
  return template.replace(/\$(?:\$|&|(\d{1,2})|<([^>]{1,100})>)/g, (token: string, digits?: string, name?: string) => {
    if (token === "$$") return "$";
    if (token === "$&") return match.text;
    if (name !== undefined) {
      if (!Object.hasOwn(match.named, name)) throw missing(`named "${name}"`);
      return (match.named as Record<string, string | null>)[name] ?? "";
    }
    return numbered(digits ?? "", match);
  });
}

/** Two digits are one group where so many exist, else one group and a digit. */
function numbered(digits: string, { text, groups }: Groups): string {
  const all = Number(digits);
  if (all === 0) return text;
  if (all <= groups.length) return groups[all - 1] ?? "";
  const first = Number(digits[0]);
  if (digits.length === 2 && first >= 1 && first <= groups.length) return (groups[first - 1] ?? "") + (digits[1] ?? "");
  throw missing(digits);
}

function missing(group: string): LlmspellError {
  return new LlmspellError("input.invalid", `regex.replace: the pattern has no group ${group}`, {
    hint: "Write $$ for a dollar.",
  });
}
