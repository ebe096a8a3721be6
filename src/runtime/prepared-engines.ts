import { existsSync, readFileSync } from "node:fs";
import v8 from "node:v8";
import type { PreparedEngine } from "../engine/script-engine.ts";
import type { BridgeShape } from "../engine/shape.ts";

/** Where the build keeps what an engine worked out ahead for our own bridges. */
function preparedFile(engine: string): URL {
  return new URL(`./${engine}.image`, import.meta.url);
}

/** What the build kept of an engine; undefined where nothing was built. `bridges` are those of our own catalogue. */
export function readPrepared(engine: string, bridges: readonly BridgeShape[]): PreparedEngine | undefined {
  const file = preparedFile(engine);
  return existsSync(file) ? { data: v8.deserialize(readFileSync(file)), bridges } : undefined;
}
