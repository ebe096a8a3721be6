import type { Rule } from "./finding.ts";

/** Bits a character that random keys reach and words do not. */
const ENTROPY = 4.2;

/** Keys by the formats that their makers publish, and what looks random. */
export const SECRET_RULES: readonly Rule[] = [
  {
    rule: "private_key",
    pattern:
      /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[^-]{0,10000}-----END [A-Z ]{0,30}PRIVATE KEY-----|[^-]{0,10000})/g,
  },
  { rule: "anthropic_key", pattern: /\bsk-ant-[\w-]{20,200}/g },
  { rule: "openai_key", pattern: /\bsk-(?!ant-)[\w-]{20,200}/g },
  { rule: "aws_access_key", pattern: /\b(?:AKIA|ASIA)[A-Z\d]{16}\b/g },
  { rule: "github_token", pattern: /\b(?:gh[pousr]_[A-Za-z\d]{36,255}|github_pat_\w{40,255})/g },
  { rule: "gitlab_token", pattern: /\bglpat-[\w-]{20,100}/g },
  { rule: "slack_token", pattern: /\bxox[abeprs]-[\w-]{10,250}/g },
  { rule: "google_api_key", pattern: /\bAIza[\w-]{35}/g },
  { rule: "stripe_key", pattern: /\b[rs]k_(?:live|test)_[A-Za-z\d]{16,250}/g },
  { rule: "npm_token", pattern: /\bnpm_[A-Za-z\d]{36}\b/g },
  { rule: "jwt", pattern: /\beyJ[\w-]{10,2000}[.]eyJ[\w-]{10,4000}[.][\w-]{10,1000}/g },
  { rule: "bearer_token", pattern: /\bBearer [\w.~+/-]{20,2000}/g },
  {
    rule: "credential",
    pattern: /\b(?:api[_-]?key|secret|token|passw(?:or)?d|pwd)["']? {0,5}[:=] {0,5}["']?[^\s"',;]{8,200}/gi,
    accepts: (match) => looksRandom(match.replace(/^.*?[:=] {0,5}["']?/, ""), 3),
  },
  {
    rule: "high_entropy",
    pattern: /(?<![\w+/=-])[\w+/-]{32,200}={0,2}(?![\w+/=-])/g,
    accepts: (match) => looksRandom(match, ENTROPY) && /\d/.test(match) && /[a-z]/.test(match) && /[A-Z]/.test(match),
  },
];

/** Whether its characters are as evenly spread as those of a key. */
function looksRandom(text: string, bits: number): boolean {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / text.length) * Math.log2(count / text.length);
  return entropy >= Math.min(bits, Math.log2(text.length) * 0.85);
}
