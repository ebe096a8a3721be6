import { Supervisor } from "../runtime/supervisor.ts";

/** What was started before the command line was read. */
export interface Ahead {
  supervisor: Supervisor;
}

/** Starts the worker of a `run` or `exec`; the command line is read meanwhile. */
export function runAhead(argv: readonly string[]): Ahead | undefined {
  if (argv.includes("--help") || argv.includes("-h")) return undefined;
  const supervisor = new Supervisor();
  supervisor.warm();
  return { supervisor };
}
