#!/usr/bin/env node
import nodeModule from "node:module";

// Nothing else is imported before this: an older Node stops here, with a sentence instead of a stack.
const LEAST_NODE = 24;
if (Number.parseInt(process.versions.node, 10) < LEAST_NODE) {
  process.stderr.write(
    `llmspell needs Node.js ${LEAST_NODE} or later; this is ${process.version} (${process.execPath}).\n`,
  );
  process.exit(3);
}
nodeModule.enableCompileCache();

// The worker of a spell starts first; the command line is read while it does.
const { argv } = process;
const ahead = argv[2] === "run" || argv[2] === "exec" ? (await import("./run-ahead.ts")).runAhead(argv) : undefined;

const { runCommandLine } = await import("./command-line.ts");
await runCommandLine(argv, ahead);
