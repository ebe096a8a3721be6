import fs from "node:fs";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import type { ToolFiles } from "../tool-host.ts";
import { filePath, normal } from "./paths.ts";
import { walk } from "./walk.ts";

/** How long changes that follow the first are gathered: one save is several for the system. */
const GATHER_MS = 50;
const MAX_TIMEOUT_MS = 600_000;

const change = z.object({ path: z.string(), type: z.enum(["created", "changed", "removed"]) });
type Change = z.output<typeof change>;

export const fileWatch = defineTool({
  name: "file_watch",
  category: "file",
  description:
    "Waits until a file or something in a folder changes, at most until the timeout, and answers what changed.",
  tags: ["file", "watch", "wait"],
  parameters: z.object({
    path: filePath,
    timeout_ms: z.int().min(1).max(MAX_TIMEOUT_MS).default(30_000).describe("How long to wait, in milliseconds."),
    recursive: z.boolean().default(false).describe("Also what lies in folders below."),
  }),
  returns: z.object({ changed: z.boolean().describe("False when the time was up."), changes: z.array(change) }),
  effect: "read",
  permissions: ["fs.read"],
  timeoutMs: MAX_TIMEOUT_MS + 10_000,
  examples: [{ description: "At most a tenth of a second", args: { path: "notes.txt", timeout_ms: 100 } }],
  async execute({ path, timeout_ms: timeoutMs, recursive }, { files, signal }) {
    const real = files.resolve(path, "read");
    const isFolder = files.stat(path).type === "folder";
    const look = () => snapshot(files, path, isFolder, recursive);
    const before = look();
    using watching = watch(real, recursive && isFolder, path);
    // What changed between the first look and the start of the watch.
    let changes = differences(before, look());
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    while (changes.length === 0 && !deadline.aborted) {
      await watching.next(deadline);
      if (!deadline.aborted) await pause(GATHER_MS, deadline);
      changes = differences(before, look());
    }
    signal.throwIfAborted();
    return { changed: changes.length > 0, changes };
  },
});

/** Fingerprints by path. */
function snapshot(files: ToolFiles, path: string, isFolder: boolean, recursive: boolean): Map<string, string> {
  const found = new Map<string, string>();
  const add = (file: string) => {
    const stat = files.exists(file) ? files.stat(file) : undefined;
    if (stat) found.set(file, stat.type === "folder" ? "folder" : `${stat.size} ${stat.modifiedMs}`);
  };
  if (!isFolder) add(normal(path));
  else if (files.exists(path)) for (const entry of walk(files, path, { recursive, hidden: true })) add(entry.path);
  return found;
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Change[] {
  const changes: Change[] = [];
  for (const [path, mark] of after) {
    if (!before.has(path)) changes.push({ path, type: "created" });
    else if (before.get(path) !== mark) changes.push({ path, type: "changed" });
  }
  for (const path of before.keys()) if (!after.has(path)) changes.push({ path, type: "removed" });
  return changes;
}

function watch(real: string, recursive: boolean, given: string) {
  let wake: (() => void) | undefined;
  let pending = false;
  let watcher: fs.FSWatcher;
  const notify = () => {
    pending = true;
    wake?.();
  };
  try {
    watcher = fs.watch(real, { recursive });
  } catch (cause) {
    throw new LlmspellError("fs.failed", `cannot watch "${given}"`, { cause, details: { path: given } });
  }
  watcher.on("change", notify).on("error", notify);
  return {
    /** Resolves at the next event, or when the signal aborts. */
    async next(signal: AbortSignal): Promise<void> {
      if (!pending && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
      }
      pending = false;
    },
    [Symbol.dispose]: () => watcher.close(),
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
