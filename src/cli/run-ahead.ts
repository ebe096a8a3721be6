import { type StartedWorker, startWorker } from "../runtime/start-worker.ts";

/** Extensions that tell the engine; a guess for the warm start, the run decides by the registry. */
const LIKELY: readonly (readonly [RegExp, string])[] = [
  [/\.lua$|^lua$/, "lua"],
  [/\.tengo$|^tengo$/, "tengo"],
  [/\.m?[jt]s$|^(js|ts|javascript|typescript)$/, "javascript"],
];

/** Starts the worker of a `run` or `exec`; all else is loaded, and the command line read, while it does. */
export function runAhead(argv: readonly string[]): StartedWorker | undefined {
  if (argv.includes("--help") || argv.includes("-h")) return undefined;
  const expectedEngine = LIKELY.find(([pattern]) => argv.some((arg) => pattern.test(arg)))?.[1];
  return startWorker({
    extensions: [],
    remoteBridges: [],
    programTools: [],
    poolSize: 0,
    ...(expectedEngine === undefined ? {} : { expectedEngine }),
  });
}
