import { existsSync } from "node:fs";
import path from "node:path";

const CONFIGS = ["llmspell.yaml", "llmspell.yml", "llmspell.toml", "llmspell.json"];

/** The nearest folder, this one or above, with a project's configuration. */
export function projectAbove(folder: string): string | undefined {
  if (CONFIGS.some((name) => existsSync(path.join(folder, name)))) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : projectAbove(parent);
}
