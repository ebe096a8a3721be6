import { Supervisor } from "../runtime/supervisor.ts";

/** What was started before the command line was read. */
export interface Ahead {
  supervisor: Supervisor;
}

/** Extensions that tell the engine; a guess for the warm start, the run decides by the registry. */
const LIKELY: readonly (readonly [RegExp, string])[] = [
  [/\.lua$|^lua$/, "lua"],
  [/\.m?[jt]s$|^(js|ts|javascript|typescript)$/, "javascript"],
];

/** Starts the worker of a `run` or `exec`; the command line is read meanwhile. */
export function runAhead(argv: readonly string[]): Ahead | undefined {
  if (argv.includes("--help") || argv.includes("-h")) return undefined;
  const expected = LIKELY.find(([pattern]) => argv.some((arg) => pattern.test(arg)))?.[1];
  const supervisor = new Supervisor(expected === undefined ? {} : { expectedEngine: expected });
  supervisor.warm();
  return { supervisor };
}
