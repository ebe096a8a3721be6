import { readFileSync, statSync } from "node:fs";
import { EXIT, type LlmspellError, exitCodeOf } from "../../errors.ts";
import { checkSpell } from "../../runtime/check-spell.ts";
import { builtInEngines } from "../../runtime/engines.ts";
import { type ShownSource, renderError } from "../render-error.ts";
import { type ConfigFlags, loadSettings } from "../settings.ts";
import { spellFoldersOf } from "../spell-folders.ts";

/** `llmspell check SPELL...`: exit code 0 when nothing is wrong with any, else that of the first problem. */
export async function checkCommand(
  targets: readonly string[],
  options: ConfigFlags & { engine?: string; json?: boolean },
): Promise<void> {
  const settings = await loadSettings(options);
  const engines = builtInEngines();
  const folders = { ...settings.runtime, spellFolders: spellFoldersOf(settings) };
  let first: LlmspellError | undefined;
  for (const target of targets) {
    const problems = await checkSpell(target, engines, folders, options.engine);
    first ??= problems[0];
    if (options.json) process.stdout.write(`${JSON.stringify(asJson(target, problems))}\n`);
    else if (problems.length === 0) process.stdout.write(`${target}: ok\n`);
    else process.stderr.write(problems.map((problem) => renderError(problem, sourceOf(problem))).join("\n"));
  }
  process.exitCode = first ? exitCodeOf(first.code) : EXIT.ok;
}

function asJson(file: string, problems: readonly LlmspellError[]): unknown {
  const [error, ...more] = problems.map((problem) => problem.toData());
  if (!error) return { file, ok: true };
  return { file, ok: false, error, ...(more.length > 0 ? { more } : {}) };
}

/** The text of the file that a problem is in, for the excerpt; undefined when it cannot be read. */
function sourceOf({ frames }: LlmspellError): ShownSource | undefined {
  const file = frames?.[0]?.file;
  try {
    if (file === undefined || !statSync(file).isFile()) return undefined;
    return { file, code: readFileSync(file, "utf8") };
  } catch {
    return undefined;
  }
}
