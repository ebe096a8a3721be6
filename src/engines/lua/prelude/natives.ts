/** Functions that the prelude calls in the host, in the order of their operation codes -1, -2, ... */
export const NATIVES = [
  "refuse",
  "clock",
  "traceback",
  "milliseconds",
  "make_time",
  "now",
  "compile",
  "compile_input",
  "host_names",
  "failure",
  "resolve",
  "task",
  "new_wait",
  "wait",
  "wake",
  "rethrow",
  "frames",
  "start",
  "cancel",
  "handle_id",
  "global",
] as const;

export type NativeName = (typeof NATIVES)[number];

export function operationOf(name: NativeName): number {
  return -1 - NATIVES.indexOf(name);
}
