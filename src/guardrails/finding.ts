/** A place in a text that a guardrail objects to. Offsets in UTF-16 units. */
export interface Finding {
  /** What it is: `email`, `openai_key`, ... */
  rule: string;
  start: number;
  end: number;
}

/** A pattern of a rule. It must not backtrack: its quantifiers are bounded, or nothing follows them that they match too. */
export interface Rule {
  rule: string;
  pattern: RegExp;
  /** Which of the matches count; may say how much of the match does. */
  accepts?: (match: string) => boolean | number;
}

/** Everything in a text that the rules find, in order; of overlapping places the first, then the longest. */
export function findRules(text: string, rules: readonly Rule[]): Finding[] {
  const found: Finding[] = [];
  for (const { rule, pattern, accepts } of rules) {
    for (const match of text.matchAll(pattern)) {
      const accepted = accepts ? accepts(match[0]) : true;
      if (accepted === false) continue;
      found.push({ rule, start: match.index, end: match.index + (accepted === true ? match[0].length : accepted) });
    }
  }
  return disjoint(found);
}

export function disjoint(found: Finding[]): Finding[] {
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const result: Finding[] = [];
  for (const each of found) {
    if (each.start >= (result.at(-1)?.end ?? 0)) result.push(each);
  }
  return result;
}

/** The text with what was found left out: `[redacted:email]`. */
export function redactFindings(text: string, found: readonly Finding[]): string {
  let result = "";
  let at = 0;
  for (const { rule, start, end } of found) {
    if (start < at) continue;
    result += `${text.slice(at, start)}[redacted:${rule}]`;
    at = end;
  }
  return result + text.slice(at);
}
