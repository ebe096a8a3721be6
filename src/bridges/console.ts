import { anything, nothing } from "../bridge/any-schema.ts";
import type { CallContext, LogEvent } from "../bridge/call-context.ts";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { showAll } from "./show.ts";

// No zod here: the smallest spells load this bridge alone.
// Output is a `write` effect, so that a run that is continued from its journal does not print twice.
function output(summary: string, write: (values: Parameters<typeof showAll>[0], ctx: CallContext) => void) {
  return method({
    summary,
    input: {},
    rest: anything,
    output: nothing,
    effect: "write",
    sync: true,
    lenient: true,
    run({ rest }, ctx) {
      write(rest, ctx);
      return null;
    },
  });
}

function log(level: LogEvent["level"], summary: string) {
  return output(summary, (values, ctx) => ctx.log({ level, message: showAll(values, " ") }));
}

/** `console`: what the spell prints, and its logs. */
export const consoleBridge = defineBridge({
  name: "console",
  summary: "The spell's output (stdout) and its logs (stderr).",
  methods: {
    log: output("Prints values, joined by spaces, and a line end.", (values, ctx) =>
      ctx.write(`${showAll(values, " ")}\n`),
    ),
    info: output("The same as `log`.", (values, ctx) => ctx.write(`${showAll(values, " ")}\n`)),
    write: output("Prints values as they are, with nothing between or after them.", (values, ctx) =>
      ctx.write(showAll(values, "")),
    ),
    error: log("error", "Logs values, joined by spaces, as an error."),
    warn: log("warn", "Logs values, joined by spaces, as a warning."),
    debug: log("debug", "Logs values, joined by spaces, for debugging."),
  },
});
