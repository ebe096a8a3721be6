import { Command } from "commander";
import type { StartedWorker } from "../runtime/start-worker.ts";
import { declareAbout } from "./declarations/about.ts";
import { declareCache } from "./declarations/cache.ts";
import { declareChat } from "./declarations/chat.ts";
import { declareCheck } from "./declarations/check.ts";
import { declareCompletion } from "./declarations/completion.ts";
import { declareConfig } from "./declarations/config.ts";
import { declareModel } from "./declarations/model.ts";
import { declareRepl } from "./declarations/repl.ts";
import { declareNew } from "./declarations/new.ts";
import { declareRuns } from "./declarations/runs.ts";
import { declareRun } from "./declarations/run.ts";
import { declareSpells } from "./declarations/spells.ts";
import { declareSessions } from "./declarations/sessions.ts";
import { declareTools } from "./declarations/tools.ts";
import { declareWorkflow } from "./declarations/workflow.ts";
import { declareTypes } from "./declarations/types.ts";
import { VERSION } from "./version.ts";

/** The command line: `declarations/` say what there is, `commands/` do it and are loaded when called. */
export function createProgram(ahead: StartedWorker | undefined): Command {
  const program = new Command("llmspell")
    .description("Runs spells: scripts in Lua, JavaScript, TypeScript or Tengo that orchestrate language models.")
    .version(VERSION, "-V, --version")
    // Behind a command --version may be a parameter of a spell.
    .enablePositionalOptions()
    .exitOverride()
    // What is wrong is told as every other error is.
    .configureOutput({ outputError: () => {} });
  declareRun(program, ahead);
  declareRuns(program);
  declareRepl(program);
  declareChat(program);
  declareCheck(program);
  declareSpells(program);
  declareModel(program);
  declareSessions(program);
  declareTools(program);
  declareCache(program);
  declareConfig(program);
  declareAbout(program);
  declareCompletion(program);
  declareNew(program);
  declareTypes(program);
  declareWorkflow(program);
  return program;
}
