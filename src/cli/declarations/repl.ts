import type { Command } from "commander";
import { addSettings } from "./run.ts";

/** `repl`: a prompt. */
export function declareRepl(program: Command): void {
  addSettings(
    program
      .command("repl")
      .description("evaluate code at a prompt, or line by line from standard input")
      .option("-e, --engine <language>", "language: lua, js, ts, tengo", "lua"),
  ).action(async (options) => {
    const { replCommand } = await import("../commands/repl.ts");
    await replCommand(options);
  });
}
