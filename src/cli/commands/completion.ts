import type { Command } from "commander";
import { listModels } from "../../models/describe-models.ts";
import { readModelsConfig } from "../../models/provider-config.ts";
import { builtInEngines } from "../../runtime/engines.ts";
import { bashCompletion } from "../completion/bash.ts";
import { commandTree } from "../completion/command-tree.ts";
import { fishCompletion } from "../completion/fish.ts";
import { zshCompletion } from "../completion/zsh.ts";

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** `llmspell completion SHELL`: prints the script. */
export function completionCommand(program: Command, shell: keyof typeof SCRIPTS): void {
  const engines = builtInEngines().list();
  const tree = commandTree(program, {
    engines: engines.flatMap(({ name, aliases }) => [name, ...aliases]),
    extensions: engines.flatMap(({ extensions }) => extensions),
    models: listModels(readModelsConfig(process.env))
      .filter(({ kind }) => kind === "chat")
      .map(({ name }) => name),
  });
  process.stdout.write(SCRIPTS[shell](tree));
}
