import type { ScriptObject } from "./script-value.ts";

/**
 * An opaque host object in a script's hands: a channel, a chat session, a stream, an HTTP response. Its methods are
 * declared by its type (`HandleShape`) and reach the host through the dispatcher with the handle as first argument.
 */
export class Handle<State = unknown> {
  /** The declared type, e.g. `channel` or `llm.session`. */
  readonly type: string;
  /** Unique within the run. */
  readonly id: number;
  /** What the bridge keeps behind it; never crosses. */
  readonly state: State;
  /** Plain properties that cross with it, already in the script's naming. */
  readonly fields: ScriptObject | undefined;
  /** How many of its method calls were answered from the journal instead of running. */
  replayedCalls = 0;

  constructor(type: string, id: number, state: State, fields?: ScriptObject) {
    this.type = type;
    this.id = id;
    this.state = state;
    this.fields = fields;
  }

  toJSON(): string {
    return `[${this.type} ${this.id}]`;
  }
}
