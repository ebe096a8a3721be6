import type { BridgeShape } from "../../engine/shape.ts";

/** How the host treats calls of one `ref`. */
export interface Method {
  sync: boolean;
  lenient: boolean;
  /** The handle that it belongs to comes first. */
  onHandle: boolean;
}

/** The methods of a catalogue by `ref`. */
export function methodTable(bridges: readonly BridgeShape[]): (Method | undefined)[] {
  const table: (Method | undefined)[] = [];
  for (const bridge of bridges) {
    const called = bridge.fallback ? [...bridge.methods, bridge.fallback] : bridge.methods;
    for (const { ref, sync, lenient } of called) table[ref] = { sync, lenient, onHandle: false };
    for (const handle of bridge.handles) {
      for (const { ref, sync, lenient } of handle.methods) table[ref] = { sync, lenient, onHandle: true };
    }
  }
  return table;
}
