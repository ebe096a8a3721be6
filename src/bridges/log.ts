import { anything, nothing } from "../bridge/any-schema.ts";
import type { LogEvent } from "../bridge/call-context.ts";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { type ScriptValue, isPlainObject } from "../values/script-value.ts";
import { showAll } from "./show.ts";

function log(level: LogEvent["level"], summary: string) {
  return method({
    summary,
    input: {},
    rest: anything,
    output: nothing,
    effect: "write",
    sync: true,
    lenient: true,
    run({ rest }, ctx) {
      ctx.log(eventOf(level, rest));
      return null;
    },
  });
}

/** An object after at least one other value is the event's fields. */
function eventOf(level: LogEvent["level"], values: readonly ScriptValue[]): LogEvent {
  const last = values.at(-1);
  if (values.length < 2 || !isPlainObject(last)) return { level, message: showAll(values, " ") };
  return { level, message: showAll(values.slice(0, -1), " "), fields: last };
}

/** `log`: structured logs to stderr. */
export const logBridge = defineBridge({
  name: "log",
  aliases: ["logger"],
  summary: "Logs (stderr): several values, the last of which may be an object of fields.",
  methods: {
    debug: log("debug", "Logs values for debugging."),
    info: log("info", "Logs values."),
    warn: log("warn", "Logs values as a warning."),
    error: log("error", "Logs values as an error."),
  },
});
