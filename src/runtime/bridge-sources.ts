import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BridgeSource } from "../bridge/catalogue.ts";
import type { BridgeDefinition } from "../bridge/define-bridge.ts";
import { type BridgeOutline, outlineOf } from "../bridge/outline.ts";
import { consoleBridge } from "../bridges/console.ts";

/** Our own bridges: one module each in `bridges/`, exporting `<name>Bridge`. In the order of the documentation. */
export const BRIDGE_NAMES = [
  "llm",
  "agent",
  "state",
  "session",
  "artifact",
  "cache",
  "fs",
  "http",
  "json",
  "yaml",
  "toml",
  "csv",
  "base64",
  "hex",
  "url",
  "text",
  "regex",
  "template",
  "crypto",
  "time",
  "data",
  "util",
  "channel",
  "approval",
  "events",
  "hooks",
  "workflow",
  "guardrails",
  "spells",
  "tools",
  "schema",
  "structured",
  "metrics",
  "trace",
  "log",
  "console",
  "stdin",
] as const;

const requireModule = createRequire(import.meta.url);
const EXTENSION = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/** Where the build writes the outlines, so that a start loads no bridge before its first call. */
const OUTLINES_FILE = new URL("./bridge-outlines.json", import.meta.url);

/** Loads one of our own bridges, synchronously. The one that nearly every spell uses is at hand. */
export function loadBridge(name: string): BridgeDefinition {
  if (name === consoleBridge.name) return consoleBridge;
  const exported = requireModule(`../bridges/${name}${EXTENSION}`) as Record<string, BridgeDefinition>;
  return exported[`${name}Bridge`] as BridgeDefinition;
}

/** All of our own bridges as sources for a catalogue: by the outlines of the build, or by loading each. */
export function builtInBridges(): BridgeSource[] {
  if (!existsSync(OUTLINES_FILE)) return BRIDGE_NAMES.map((name) => sourceOf(loadBridge(name)));
  const outlines = JSON.parse(readFileSync(OUTLINES_FILE, "utf8")) as BridgeOutline[];
  return outlines.map((outline) => ({ outline, load: () => loadBridge(outline.name) }));
}

export function sourceOf(definition: BridgeDefinition): BridgeSource {
  return { outline: outlineOf(definition), load: () => definition };
}
