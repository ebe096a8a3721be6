import { findRules, redactFindings } from "./finding.ts";
import { DEFAULT_PII, PII_RULES } from "./pii.ts";
import { SECRET_RULES } from "./secrets.ts";

/** A text without personal data or secrets. */
export function redactText(text: string, kinds: readonly ("pii" | "secrets")[]): string {
  const rules = kinds.flatMap((kind) => (kind === "pii" ? DEFAULT_PII.map((each) => PII_RULES[each]) : SECRET_RULES));
  return redactFindings(text, findRules(text, rules));
}
