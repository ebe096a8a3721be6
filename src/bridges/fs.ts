import { randomBytes } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, handleMethod, method } from "../bridge/define-bridge.ts";
import { bytesOrText, handle } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { WorkspaceFiles } from "../workspace/files.ts";
import { toFsError } from "../workspace/fs-error.ts";
import { glob } from "../workspace/glob.ts";
import { FileWatcher } from "../workspace/watcher.ts";
import { WORKSPACE } from "./services.ts";

const filePath = z.string().meta({ description: 'Path relative to the workspace, with "/".' });
const overwriteOptions = z.object({ overwrite: z.boolean().optional() }).optional();
const recursiveOptions = z.object({ recursive: z.boolean().optional() }).optional();

const OWNED = {};

/** The files of the run's workspace. */
export function workspaceFiles(ctx: CallContext): WorkspaceFiles {
  return ctx.own(OWNED, () => new WorkspaceFiles(ctx.use(WORKSPACE)));
}

/** Open watchers of a run: each holds a resource of the system, of which a user has few. */
const WATCHERS = {};
const MAX_WATCHERS = 100;

function openWatchers(ctx: CallContext): Set<FileWatcher> {
  const open = new Set<FileWatcher>();
  const close = () => open.forEach((watcher) => watcher.close());
  ctx.signal.addEventListener("abort", close, { once: true });
  return open;
}

/** A path as the policy is asked for it. */
function onPath({ path: given }: { path: string }): string {
  return path.posix.normalize(given).replace(/(?<=.)\/+$/, "");
}

/** Text as UTF-8. Throws `input.invalid` for half a surrogate pair. */
export function toBytes(given: string | Uint8Array): Uint8Array {
  if (typeof given !== "string") return given;
  if (given.isWellFormed()) return Buffer.from(given, "utf8");
  throw new LlmspellError("input.invalid", "the text holds half a surrogate pair, which UTF-8 cannot write", {
    hint: "Write bytes instead.",
  });
}

const reads = { effect: "read", sync: true, capability: "fs.read", target: onPath } as const;
const writes = { effect: "write", sync: true, capability: "fs.write", target: onPath } as const;
/** Asks the policy for the second path of a call that has two. */
const asks = {
  input: { path: filePath },
  output: z.null(),
  effect: "local",
  sync: true,
  internal: true,
  target: onPath,
  run: () => null,
} as const;

/** `fs`: files inside the run's workspace. */
export const fsBridge = defineBridge({
  name: "fs",
  summary:
    "Files inside the run's workspace. Paths are relative to it; what leads out of it, links included, is refused.",
  methods: {
    read: method({
      summary: "Reads a file as UTF-8 text. Throws fs.not_found.",
      input: { path: filePath },
      output: z.string(),
      ...reads,
      run: ({ path: given }, ctx) => workspaceFiles(ctx).read(given),
    }),
    readBytes: method({
      summary: "Reads a file as bytes. Throws fs.not_found.",
      input: { path: filePath },
      output: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
      ...reads,
      run: ({ path: given }, ctx) => workspaceFiles(ctx).readBytes(given),
    }),
    write: method({
      summary: "Replaces a file, at once or not at all, by a text (as UTF-8) or bytes. Makes missing folders.",
      input: { path: filePath, content: bytesOrText },
      output: z.null(),
      ...writes,
      run({ path: given, content: data }, ctx) {
        workspaceFiles(ctx).write(given, toBytes(data));
        return null;
      },
    }),
    writeBytes: method({
      summary: "The same as `write`.",
      input: { path: filePath, content: bytesOrText },
      output: z.null(),
      ...writes,
      run({ path: given, content: data }, ctx) {
        workspaceFiles(ctx).write(given, toBytes(data));
        return null;
      },
    }),
    append: method({
      summary: "Adds a text (as UTF-8) or bytes to the end of a file, which it makes if need be.",
      input: { path: filePath, content: bytesOrText },
      output: z.null(),
      ...writes,
      run({ path: given, content: data }, ctx) {
        workspaceFiles(ctx).append(given, toBytes(data));
        return null;
      },
    }),
    exists: method({
      summary: "Whether there is a file or folder.",
      input: { path: filePath },
      output: z.boolean(),
      ...reads,
      run: ({ path: given }, ctx) => workspaceFiles(ctx).exists(given),
    }),
    stat: method({
      summary: "Type, size in bytes and time of the last change. Throws fs.not_found.",
      input: { path: filePath },
      output: z.object({
        path: z.string(),
        type: z.enum(["file", "directory", "other"]),
        isFile: z.boolean(),
        isDirectory: z.boolean(),
        size: z.number(),
        modified: z.date(),
      }),
      ...reads,
      run: ({ path: given }, ctx) => workspaceFiles(ctx).stat(given),
    }),
    list: method({
      summary: "Names in a folder (default: the workspace), sorted; with `recursive` the paths of all below it.",
      input: { path: filePath.default("."), options: recursiveOptions },
      output: z.array(z.string()),
      ...reads,
      run: ({ path: given, options }, ctx) => workspaceFiles(ctx).list(given, options?.recursive ?? false),
    }),
    glob: method({
      summary: "Paths of the files that fit a pattern, sorted: `*`, `?`, `[a-z]`, `{a,b}`, `**` for any folders.",
      input: { pattern: z.string() },
      output: z.array(z.string()),
      effect: "read",
      sync: true,
      capability: "fs.read",
      target: ({ pattern }) => pattern,
      run: ({ pattern }, ctx) => glob(workspaceFiles(ctx), pattern),
    }),
    mkdir: method({
      summary: "Makes a folder and those above it. One that exists already is fine.",
      input: { path: filePath },
      output: z.null(),
      ...writes,
      run({ path: given }, ctx) {
        workspaceFiles(ctx).mkdir(given);
        return null;
      },
    }),
    move: method({
      summary: "Moves or renames a file or folder. Throws fs.exists unless `overwrite`.",
      input: { from: filePath, to: filePath, options: overwriteOptions },
      output: z.null(),
      ...writes,
      target: ({ to }) => onPath({ path: to }),
      run({ from, to, options }, ctx) {
        ctx.call("fs", "askWrite", [from]);
        workspaceFiles(ctx).move(from, to, options?.overwrite ?? false);
        return null;
      },
    }),
    copy: method({
      summary: "Copies a file, or a folder with all it holds. Throws fs.exists unless `overwrite`.",
      input: { from: filePath, to: filePath, options: overwriteOptions },
      output: z.null(),
      ...writes,
      target: ({ to }) => onPath({ path: to }),
      run({ from, to, options }, ctx) {
        ctx.call("fs", "askRead", [from]);
        workspaceFiles(ctx).copy(from, to, options?.overwrite ?? false);
        return null;
      },
    }),
    remove: method({
      summary:
        "Removes a file, or a folder, which must be empty unless `recursive`. Answers false when there was nothing.",
      input: { path: filePath, options: recursiveOptions },
      output: z.boolean(),
      ...writes,
      run: ({ path: given, options }, ctx) => workspaceFiles(ctx).remove(given, options?.recursive ?? false),
    }),
    temp: method({
      summary: "Makes an empty file with a fresh name in the workspace's folder `tmp` and answers its path.",
      input: {
        suffix: z
          .string()
          .regex(/^[^/\\\0]{0,40}$/, { error: "expected at most 40 characters without slashes" })
          .default(""),
      },
      output: z.string(),
      effect: "write",
      sync: true,
      capability: "fs.write",
      target: () => "tmp",
      run({ suffix }, ctx) {
        const made = `tmp/${randomBytes(8).toString("hex")}${suffix}`;
        workspaceFiles(ctx).write(made, new Uint8Array());
        return made;
      },
    }),
    watch: method({
      summary: "Watches a file or folder (`recursive`: with all below it): iterate over the changes that follow.",
      input: { path: filePath, options: recursiveOptions },
      output: handle("fs.watcher"),
      effect: "local",
      sync: true,
      capability: "fs.read",
      target: onPath,
      run({ path: given, options }, ctx) {
        const open = ctx.own(WATCHERS, () => openWatchers(ctx));
        open.forEach((watcher) => watcher.closed && open.delete(watcher));
        if (open.size >= MAX_WATCHERS) {
          throw new LlmspellError(
            "fs.failed",
            `cannot watch "${given}": the run watches ${MAX_WATCHERS} paths already`,
            {
              hint: "Close watchers that are no longer needed, or watch a folder with recursive: true.",
            },
          );
        }
        const watcher = new FileWatcher(workspaceFiles(ctx), given, options?.recursive ?? false);
        open.add(watcher);
        return ctx.handle("fs.watcher", watcher);
      },
    }),
    askRead: method({ summary: "Asks the policy whether a path may be read.", ...asks, capability: "fs.read" }),
    askWrite: method({ summary: "Asks the policy whether a path may be written.", ...asks, capability: "fs.write" }),
  },
  handles: {
    "fs.watcher": {
      summary: "The changes of a file or folder.",
      iterator: "next",
      leave: "close",
      methods: {
        next: handleMethod<FileWatcher>()({
          summary: "Waits for the next change; nil once closed.",
          input: {},
          output: z.object({ type: z.enum(["created", "changed", "removed"]), path: z.string() }).nullable(),
          effect: "read",
          async run(_, ctx, { state: watcher }) {
            try {
              return await watcher.next(ctx.signal);
            } catch (error) {
              throw toFsError(error, "watch", ".");
            }
          },
        }),
        close: handleMethod<FileWatcher>()({
          summary: "Ends the watching.",
          input: {},
          output: z.null(),
          effect: "local",
          sync: true,
          run(_, __, { state: watcher }) {
            watcher.close();
            return null;
          },
        }),
      },
    },
  },
});
