import { RE2JS } from "re2js";

const MAX_LENGTH = 1000;
/** Instructions of the compiled pattern. */
const MAX_STEPS = 10_000;

/** Compiles a pattern in RE2 syntax, matched in linear time. Throws an Error that says what is wrong with it. */
export function compilePattern(pattern: string): (text: string) => boolean {
  if (pattern.length > MAX_LENGTH) throw new Error(`it is longer than ${MAX_LENGTH} characters`);
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(pattern);
  } catch (cause) {
    const problem = (cause as Error).message.replace("error parsing regexp: ", "");
    const why = /\(\?[=!<]|\\[1-9]/.test(pattern) ? " (RE2 has no lookaround and no backreferences)" : "";
    throw new Error(`${problem}${why}`, { cause });
  }
  if (regex.programSize() > MAX_STEPS) throw new Error("it is too complex");
  return (text) => regex.test(text);
}
