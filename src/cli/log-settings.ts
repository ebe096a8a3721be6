import type { Configured } from "../runtime/configured.ts";
import type { LogFlags } from "./log-printer.ts";

/** How the configuration wants logs; what flags say of their level goes over it. */
export function loggingOf({ logging: { level, output, format } }: Configured, { quiet, verbose }: LogFlags): LogFlags {
  return {
    ...(level === undefined || quiet || verbose ? {} : { logLevel: level }),
    ...(output === undefined ? {} : { logOutput: output }),
    ...(format === "json" ? { logJson: true } : {}),
  };
}
