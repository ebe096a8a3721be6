import { readFileSync } from "node:fs";
import type { LogEvent } from "../bridge/call-context.ts";
import { NETWORK, STANDARD_INPUT, WORKSPACE, type StandardInput, type Workspace } from "../bridges/services.ts";
import type { RunSpec } from "./protocol.ts";
import { REMOTE, type RemoteCall } from "./remote-bridge.ts";

const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** The services that bridges of one run may use, each made when first asked for. */
export function runServices(spec: RunSpec, log: (event: LogEvent) => void, remote: RemoteCall): ReadonlyMap<string, () => unknown> {
  return new Map<string, () => unknown>([
    [WORKSPACE.name, (): Workspace => ({ root: spec.workspace, maxFileBytes: MAX_FILE_BYTES })],
    [STANDARD_INPUT.name, (): StandardInput => ({ read: () => (spec.stdin ? readFileSync(0, "utf8") : null) })],
    [REMOTE.name, () => remote],
  ]);
}
