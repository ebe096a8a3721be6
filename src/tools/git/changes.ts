import type { WalkerEntry } from "isomorphic-git";
import type { ToolHost } from "../tool-host.ts";
import type { Repository } from "./repository.ts";

export interface Change {
  path: string;
  status: "added" | "modified" | "deleted";
  before: Uint8Array | undefined;
  after: Uint8Array | undefined;
}

const MOST_FILES = 5000;
/** Of all contents together. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Larger files are compared, but not shown. */
const LARGEST_SHOWN = 1_000_000;

/** Files that differ between two commits (nothing where `from` is undefined), or a commit and the tracked files of the folder. */
export async function changesBetween(
  { git, at }: Repository,
  from: string | undefined,
  to: string | undefined,
  paths: readonly string[],
): Promise<{ changes: Change[]; more: boolean }> {
  const changes: Change[] = [];
  let more = false;
  let held = 0;
  const before = from === undefined ? undefined : git.TREE({ ref: from });
  const after = to === undefined ? git.WORKDIR() : git.TREE({ ref: to });
  const trees = [...(before ? [before] : []), after, ...(to === undefined ? [git.STAGE()] : [])];
  await git.walk({
    ...at,
    trees,
    map: async (file, entries) => {
      const all = entries as (WalkerEntry | null)[];
      const [old, now, staged] = before ? all : [null, ...all];
      if (file === ".") return true;
      if (!mayHold(file, paths)) return null;
      // What git does not know of: untracked files and folders.
      if (to === undefined && !old && !staged) return null;
      const [oldKind, kind] = [await old?.type(), await now?.type()];
      if (oldKind === "tree" || kind === "tree")
        return to !== undefined && old && now && (await old.oid()) === (await now.oid()) ? null : true;
      if (oldKind === "commit" || kind === "commit") return null;
      if (old && now && (await old.oid()) === (await now.oid())) return null;
      if (changes.length >= MOST_FILES || held > MOST_BYTES) {
        more = true;
        return null;
      }
      const status = !old ? "added" : !now ? "deleted" : "modified";
      const change: Change = { path: file, status, before: await contentOf(old), after: await contentOf(now) };
      held += (change.before?.length ?? 0) + (change.after?.length ?? 0);
      changes.push(change);
      return null;
    },
  });
  return { changes: changes.toSorted((a, b) => (a.path < b.path ? -1 : 1)), more };
}

/** Whether a path is wanted, or a folder on the way to one that is. */
function mayHold(file: string, paths: readonly string[]): boolean {
  return (
    paths.length === 0 ||
    paths.some((path) => path === file || file.startsWith(`${path}/`) || path.startsWith(`${file}/`))
  );
}

async function contentOf(entry: WalkerEntry | null | undefined): Promise<Uint8Array | undefined> {
  return entry ? ((await entry.content()) ?? undefined) : undefined;
}

export interface ShownChange {
  path: string;
  status: Change["status"];
  added: number;
  removed: number;
  binary: boolean;
}

/** Unified diffs of changes, as many as `most` characters hold. */
export async function showChanges(
  changes: readonly Change[],
  context: number,
  most: number,
  { helper }: ToolHost,
): Promise<{ files: ShownChange[]; diff: string; truncated: boolean }> {
  const files: ShownChange[] = [];
  const parts: string[] = [];
  let left = most;
  for (const { path, status, before, after } of changes) {
    const binary = isBinary(before) || isBinary(after);
    const names = { from: before ? `a/${path}` : "/dev/null", to: after ? `b/${path}` : "/dev/null" };
    const text = binary
      ? `Binary files ${names.from} and ${names.to} differ\n`
      : ((await helper("text", "diff", [textOf(before), textOf(after), { context, ...names }])) as string);
    const lines = binary ? [] : text.split("\n").slice(2);
    const count = (mark: string) => lines.filter((line) => line.startsWith(mark)).length;
    files.push({ path, status, added: count("+"), removed: count("-"), binary });
    if (left >= text.length) parts.push(text);
    left -= text.length;
  }
  return { files, diff: parts.join(""), truncated: left < 0 };
}

function isBinary(bytes: Uint8Array | undefined): boolean {
  return bytes !== undefined && (bytes.length > LARGEST_SHOWN || bytes.subarray(0, 8000).includes(0));
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes ? Buffer.from(bytes).toString("utf8") : "";
}
