import type { ScriptObject } from "../values/script-value.ts";

/** An event: its own fields, and what the bus adds. */
export interface BusEvent extends ScriptObject {
  /** Its name. */
  type: string;
  /** Unique; the same again when a run is continued or replayed. */
  id: string;
  /** Milliseconds since the epoch. */
  time: number;
  runId: string;
}
