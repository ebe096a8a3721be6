import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const home = mkdtempSync(path.join(tmpdir(), "llmspell-home-"));
process.once("exit", () => rmSync(home, { recursive: true, force: true }));

/** Variables that keep a tested command line out of the developer's own settings, journal and caches. One home a test process. */
export function ownFolders(): Record<string, string> {
  return {
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, "config"),
    XDG_STATE_HOME: path.join(home, "state"),
    XDG_CACHE_HOME: path.join(home, "cache"),
  };
}
