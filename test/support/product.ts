import path from "node:path";
import { pathToFileURL } from "node:url";
import type * as Library from "../../src/index.ts";
import { ROOT } from "./root.ts";

/** The built library, typed by its source: what a user of the package imports. */
export const { createRuntime, defineBridge, method } = (await import(
  pathToFileURL(path.join(ROOT, "dist/index.js")).href
)) as typeof Library;

/** The built command line. */
export const CLI = path.join(ROOT, "dist/cli/main.js");
