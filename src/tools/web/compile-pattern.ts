import { LlmspellError } from "../../errors.ts";

/** A regular expression as a test in linear time (RE2). Throws `parse.invalid`. */
export async function compilePattern(pattern: string): Promise<(text: string) => boolean> {
  const { RE2JS } = await import("re2js");
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
    return (text) => compiled.matcher(text).find();
  } catch (cause) {
    throw new LlmspellError("parse.invalid", `"${pattern}" is no regular expression: ${(cause as Error).message}`, {
      cause,
    });
  }
}
