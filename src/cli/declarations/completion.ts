import type { Command } from "commander";

export function declareCompletion(program: Command): void {
  const command = program.command("completion").description("print a script that completes commands in a shell");
  command
    .addArgument(command.createArgument("<shell>", "the shell").choices(["bash", "zsh", "fish"]))
    .addHelpText(
      "after",
      `
Load it for a session, or from the shell's own start-up file:
  bash  eval "$(llmspell completion bash)"
  zsh   eval "$(llmspell completion zsh)"        (after compinit)
  fish  llmspell completion fish | source`,
    )
    .action(async (shell: "bash" | "zsh" | "fish") => {
      const { completionCommand } = await import("../commands/completion.ts");
      completionCommand(program, shell);
    });
}
