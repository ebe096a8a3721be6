#!/usr/bin/env node
import { enableCompileCache } from "node:module";

enableCompileCache();

// The worker of a spell starts while the command line is still being read.
const { argv } = process;
const ahead = argv[2] === "run" || argv[2] === "exec" ? import("./run-ahead.ts").then(({ runAhead }) => runAhead(argv)) : undefined;

const { createProgram } = await import("./program.ts");
const { reportFailure } = await import("./failure.ts");
try {
  await createProgram(ahead).parseAsync(argv);
} catch (error) {
  process.exitCode = reportFailure(error);
}
