import { readFileSync } from "node:fs";
import { EXIT, type LlmspellError, exitCodeOf } from "../../errors.ts";
import { createRuntime } from "../../runtime/create-runtime.ts";
import { type ShownSource, renderError } from "../render-error.ts";

/** `llmspell check FILE...`: exit code 0 when every file parses, else that of the first problem. */
export async function checkCommand(
  files: readonly string[],
  options: { engine?: string; json?: boolean },
): Promise<void> {
  await using runtime = createRuntime();
  let first: LlmspellError | undefined;
  for (const file of files) {
    const problem = await runtime.check(file, options);
    first ??= problem ?? undefined;
    if (options.json)
      process.stdout.write(
        `${JSON.stringify({ file, ok: !problem, ...(problem ? { error: problem.toData() } : {}) })}\n`,
      );
    else if (problem) process.stderr.write(renderError(problem, sourceOf(file)));
    else process.stdout.write(`${file}: ok\n`);
  }
  process.exitCode = first ? exitCodeOf(first.code) : EXIT.ok;
}

/** The checked file's text, for the excerpt; undefined when it cannot be read, which is then the problem itself. */
function sourceOf(file: string): ShownSource | undefined {
  try {
    return { file, code: readFileSync(file, "utf8") };
  } catch {
    return undefined;
  }
}
