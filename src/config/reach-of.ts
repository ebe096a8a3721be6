import { existsSync } from "node:fs";
import path from "node:path";
import { isInside } from "./is-inside.ts";

/**
 * The folder in which a project's file may have others: the git repository around it, else its own folder. A repository
 * that holds the home folder holds more than a project.
 */
export function reachOf(root: string, home: string): string {
  for (let at = root; !isInside(at, home); at = path.dirname(at)) if (existsSync(path.join(at, ".git"))) return at;
  return root;
}
