import { type SearchStart, findProjectFiles, findUserFiles } from "./find-files.ts";

/** Variables that other parts read by themselves: they need no configuration to be loaded. */
const READ_ELSEWHERE = new Set(["LLMSPELL_MODEL", "LLMSPELL_REQUIRE_MODEL", "LLMSPELL_DEBUG"]);

/** Whether there is anything to load: a file, or a variable that may be a setting. Costs a few calls of the file system. */
export function isConfigured(start: SearchStart, env: Readonly<Record<string, string | undefined>>): boolean {
  const named = Object.keys(env).some(
    (name) =>
      (name.startsWith("LLMSPELL_") || name === "OTEL_EXPORTER_OTLP_ENDPOINT") &&
      !READ_ELSEWHERE.has(name) &&
      env[name]?.trim(),
  );
  return named || findUserFiles(start).length > 0 || findProjectFiles(start).length > 0;
}
