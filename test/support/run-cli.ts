import { execFile } from "node:child_process";
import path from "node:path";
import { ownFolders } from "./own-folders.ts";
import { ROOT } from "./root.ts";

export interface CliResult {
  stdout: string;
  stderr: string;
  code: number;
}

const LLMSPELL = path.join(ROOT, "dist/cli/main.js");
/** Keys and addresses of providers would make a test depend on the machine. */
const PROVIDERS = /^(OPENAI|ANTHROPIC|GEMINI|GOOGLE|MISTRAL|GROQ|DEEPSEEK|OPENROUTER|OLLAMA|LLMSPELL)_/;

/** The environment without any provider's key or address. */
export function withoutProviders(): NodeJS.ProcessEnv {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !PROVIDERS.test(name)));
  return { ...env, ...ownFolders(), NO_COLOR: "1" };
}

/** Runs the built command line, without any provider's key and with no Ollama to be found. */
export function runCli(args: readonly string[], options: { cwd?: string; input?: string } = {}): Promise<CliResult> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [LLMSPELL, ...args],
      { cwd: options.cwd ?? ROOT, env: withoutProviders(), encoding: "utf8" },
      (error, stdout, stderr) => resolve({ stdout, stderr, code: error ? Number(error.code ?? 1) : 0 }),
    );
    child.stdin?.end(options.input ?? "");
  });
}
