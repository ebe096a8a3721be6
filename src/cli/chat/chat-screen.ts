import type { LogEvent } from "../../bridge/call-context.ts";
import type { RunEvent } from "../../bridge/run-ports.ts";

/** Arguments of a tool, as data. */
export type ToolArguments = Readonly<Record<string, unknown>>;

/** Where a turn shows itself. */
export interface ChatScreen {
  /** A piece of what the model says. */
  text(piece: string): void;
  /** A piece of its reasoning. */
  reasoning(piece: string): void;
  toolStarted(name: string, args: ToolArguments): void;
  toolEnded(name: string, result: string, failed: boolean): void;
  log(event: LogEvent): void;
  event?(event: RunEvent): void;
}
