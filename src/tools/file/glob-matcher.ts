import { RE2JS } from "re2js";
import { LlmspellError } from "../../errors.ts";

const MAX_LENGTH = 1000;

/**
 * Whether a path fits a pattern: `*` and `?` within a name, `**` for any folders, `[a-z]`, `[!a-z]`, `{a,b}`. A pattern
 * without "/" fits the last name of a path. Linear time. Throws `input.invalid`.
 */
export function globMatcher(pattern: string): (path: string) => boolean {
  if (pattern.length > MAX_LENGTH || pattern === "") {
    throw new LlmspellError("input.invalid", `a pattern has 1 to ${MAX_LENGTH} characters, this one ${pattern.length}`);
  }
  const trimmed = pattern.replace(/^\.\//, "").replace(/(?<=.)\/$/, "");
  const compiled = compile(`^(?s:${translate(trimmed, pattern)})$`, pattern);
  const ofName = !trimmed.includes("/");
  return (path) => compiled.test(ofName ? path.slice(path.lastIndexOf("/") + 1) : path);
}

function compile(expression: string, pattern: string): RE2JS {
  try {
    return RE2JS.compile(expression);
  } catch (cause) {
    throw new LlmspellError("input.invalid", `"${pattern}" is no pattern of paths`, { cause });
  }
}

function translate(pattern: string, whole: string): string {
  let result = "";
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] as string;
    const classEnd = char === "[" ? pattern.indexOf("]", at + 2) : -1;
    if (pattern.startsWith("**/", at) && (at === 0 || pattern[at - 1] === "/")) {
      result += "(?:.*/)?";
      at += 2;
    } else if (pattern.startsWith("**", at)) {
      result += ".*";
      at += 1;
    } else if (char === "*") result += "[^/]*";
    else if (char === "?") result += "[^/]";
    else if (classEnd > 0) {
      result += characterClass(pattern.slice(at + 1, classEnd));
      at = classEnd;
    } else if (char === "{") {
      depth += 1;
      result += "(?:";
    } else if (char === "}" && depth > 0) {
      depth -= 1;
      result += ")";
    } else if (char === "," && depth > 0) result += "|";
    else result += RE2JS.quote(char);
  }
  if (depth > 0) throw new LlmspellError("input.invalid", `the pattern "${whole}" has a "{" without "}"`);
  return result;
}

function characterClass(members: string): string {
  const negated = /^[!^]/.test(members);
  const body = (negated ? members.slice(1) : members).replace(/[\\[\]^&~]/g, "\\$&");
  return `[${negated ? "^/" : ""}${body}]`;
}
