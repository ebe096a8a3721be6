import { z } from "zod";
import { defineTool } from "../tool.ts";
import { findProgram, runProgram } from "./run-program.ts";

const MOST_SECONDS = 600;
const MOST_BYTES = 2_000_000;

export const commandRun = defineTool({
  name: "command_run",
  category: "system",
  description:
    "Runs a program that the user has allowed, in the workspace, and answers what it wrote and its exit code. There is no shell: no pipes, wildcards or variables; arguments are a list.",
  tags: ["command", "program", "process", "shell"],
  parameters: z.object({
    program: z.string().min(1).max(200).describe("Name of the program, e.g. git. No path."),
    args: z.array(z.string().max(100_000)).max(1000).default([]).describe("Its arguments, one each."),
    cwd: z.string().default(".").describe("Folder of the workspace to run it in."),
    input: z.string().max(10_000_000).optional().describe("What it gets on standard input."),
    timeout_seconds: z.int().min(1).max(MOST_SECONDS).default(60).describe("After which it is ended."),
    max_output: z
      .int()
      .min(100)
      .max(MOST_BYTES)
      .default(100_000)
      .describe("Most bytes of output, and of errors; a program that writes more is ended."),
  }),
  returns: z.object({
    exit_code: z.int().nullable().describe("0 is success; null where it was ended."),
    signal: z.string().nullable().describe("The signal that ended it."),
    stdout: z.string(),
    stderr: z.string(),
    timed_out: z.boolean(),
    truncated: z.boolean(),
  }),
  effect: "write",
  permissions: ["command"],
  destructive: true,
  requiresConfirmation: true,
  timeoutMs: (MOST_SECONDS + 10) * 1000,
  examples: [{ description: "The version of a program", args: { program: "node", args: ["--version"] } }],
  async execute({ program, args, cwd, input, timeout_seconds: seconds, max_output: maxBytes }, { ask, files, signal }) {
    ask("command", program);
    const file = findProgram(program, files.resolve(".", "read"));
    const folder = files.resolve(cwd, "read");
    const run = await runProgram(file, args, { cwd: folder, input, timeoutMs: seconds * 1000, maxBytes, signal });
    const { exitCode, signal: ended, stdout, stderr, timedOut, truncated } = run;
    return { exit_code: exitCode, signal: ended, stdout, stderr, timed_out: timedOut, truncated };
  },
});
