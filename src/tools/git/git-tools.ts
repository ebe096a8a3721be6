import { z } from "zod";
import { defineTool } from "../tool.ts";
import { changesBetween, showChanges } from "./changes.ts";
import { commit, commitData } from "./commits.ts";
import { commitOf, guarded, openRepository } from "./repository.ts";

const folder = z.string().default(".").describe("A folder in the repository, which lies in the workspace.");
const paths = z
  .array(z.string())
  .max(1000)
  .default([])
  .describe("Only these files and folders, from the repository's top.");
const context = z.int().min(0).max(100).default(3).describe("Unchanged lines around each change.");
const maxOutput = z
  .int()
  .min(100)
  .max(2_000_000)
  .default(200_000)
  .describe("Most characters of diff; files that do not fit are only listed.");

const changed = {
  files: z.array(
    z.object({
      path: z.string(),
      status: z.enum(["added", "modified", "deleted"]),
      added: z.int().describe("Lines."),
      removed: z.int().describe("Lines."),
      binary: z.boolean(),
    }),
  ),
  diff: z.string().describe("Unified diff."),
  truncated: z.boolean().describe("Whether something is missing in diff or files."),
};

const MOST_FILES = 1000;

export const gitStatus = defineTool({
  name: "git_status",
  category: "git",
  description: "Shows the branch and what has changed in a git repository: staged, not staged, untracked.",
  tags: ["git", "status", "changes"],
  parameters: z.object({ path: folder }),
  returns: z.object({
    branch: z.string().nullable().describe("null where no branch is checked out."),
    clean: z.boolean(),
    staged: z.array(z.object({ path: z.string(), status: z.enum(["added", "modified", "deleted"]) })),
    unstaged: z.array(z.object({ path: z.string(), status: z.enum(["modified", "deleted"]) })),
    untracked: z.array(z.string()),
    truncated: z.boolean().describe(`Whether a list has more than ${MOST_FILES} files.`),
  }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [{ description: "Of the workspace", args: {} }],
  async execute({ path }, host) {
    const repository = await openRepository(path, host);
    const { git, at } = repository;
    return guarded(async () => {
      const branch = (await git.currentBranch({ ...at })) ?? null;
      // Of each file: in HEAD (1) or not; now absent, as in HEAD (1) or other (2); staged absent, as in HEAD, as now (2), or other (3).
      const rows = await git.statusMatrix({ ...at });
      const staged = rows.flatMap(([file, head, , stage]) => {
        if (head === stage) return [];
        return [{ path: file, status: head === 0 ? "added" : stage === 0 ? "deleted" : "modified" }];
      });
      const unstaged = rows.flatMap(([file, , now, stage]) => {
        if (stage === 0 || now === stage) return [];
        return [{ path: file, status: now === 0 ? "deleted" : "modified" }];
      });
      const untracked = rows.flatMap(([file, , now, stage]) => (stage === 0 && now !== 0 ? [file] : []));
      const lists = [staged, unstaged, untracked];
      return {
        branch,
        clean: lists.every((list) => list.length === 0),
        staged: staged.slice(0, MOST_FILES),
        unstaged: unstaged.slice(0, MOST_FILES),
        untracked: untracked.slice(0, MOST_FILES),
        truncated: lists.some((list) => list.length > MOST_FILES),
      };
    });
  },
});

export const gitLog = defineTool({
  name: "git_log",
  category: "git",
  description:
    "Lists the commits of a git repository, newest first, of a branch, since a time, or that changed a file.",
  tags: ["git", "log", "history", "commits"],
  parameters: z.object({
    path: folder,
    ref: z.string().max(300).default("HEAD").describe("Branch, tag or commit to begin with."),
    limit: z.int().min(1).max(1000).default(20).describe("Most commits."),
    since: z.iso.datetime({ offset: true }).optional().describe("Only commits after this time: 2026-01-01T00:00:00Z."),
    file: z.string().optional().describe("Only commits that changed this file, from the repository's top."),
  }),
  returns: z.object({ commits: z.array(commit) }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [{ description: "The last five", args: { limit: 5 } }],
  async execute({ path, ref, limit, since, file }, host) {
    const repository = await openRepository(path, host);
    const { git, at } = repository;
    const from = await commitOf(repository, ref);
    return guarded(async () => {
      const options = {
        ...(since === undefined ? {} : { since: new Date(since) }),
        ...(file === undefined ? { depth: limit } : { filepath: file, force: true, follow: false }),
      };
      const commits = await git.log({ ...at, ref: from, ...options });
      return { commits: commits.slice(0, limit).map(commitData) };
    });
  },
});

export const gitDiff = defineTool({
  name: "git_diff",
  category: "git",
  description:
    "Shows what changed between two commits or branches, or between a commit (default: the last) and the files as they are now, as a unified diff.",
  tags: ["git", "diff", "changes", "review"],
  parameters: z.object({
    path: folder,
    from: z.string().max(300).default("HEAD").describe("Branch, tag or commit: the old side."),
    to: z.string().max(300).optional().describe("The new side. Default: the tracked files as they are now."),
    paths,
    context,
    max_output: maxOutput,
  }),
  returns: z.object(changed),
  effect: "read",
  permissions: ["fs.read"],
  examples: [{ description: "Since the last commit", args: {} }],
  async execute({ path, from, to, paths: only, context: lines, max_output: most }, host) {
    const repository = await openRepository(path, host);
    const old = await commitOf(repository, from);
    const now = to === undefined ? undefined : await commitOf(repository, to);
    return guarded(async () => {
      const { changes, more } = await changesBetween(repository, old, now, only);
      const { files, diff, truncated } = await showChanges(changes, lines, most, host);
      return { files, diff, truncated: truncated || more };
    });
  },
});

export const gitShow = defineTool({
  name: "git_show",
  category: "git",
  description: "Shows one commit: who, when, why, and its changes against its first parent as a unified diff.",
  tags: ["git", "show", "commit"],
  parameters: z.object({
    path: folder,
    ref: z.string().max(300).default("HEAD").describe("Branch, tag or commit."),
    paths,
    context,
    max_output: maxOutput,
  }),
  returns: z.object({ commit, ...changed }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [{ description: "The last commit", args: {} }],
  async execute({ path, ref, paths: only, context: lines, max_output: most }, host) {
    const repository = await openRepository(path, host);
    const { git, at } = repository;
    const id = await commitOf(repository, ref);
    return guarded(async () => {
      const found = await git.readCommit({ ...at, oid: id });
      const { changes, more } = await changesBetween(repository, found.commit.parent[0], id, only);
      const { files, diff, truncated } = await showChanges(changes, lines, most, host);
      return { commit: commitData(found), files, diff, truncated: truncated || more };
    });
  },
});
