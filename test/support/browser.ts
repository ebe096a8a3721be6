import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { scratchFolder } from "./scratch.ts";

/** Debian's name first. `.ci/run` installs it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The browser of this machine, or undefined. */
export function findBrowser(): string | undefined {
  const places = (process.env.PATH ?? "").split(path.delimiter);
  return places
    .flatMap((place) => NAMES.map((name) => path.join(place, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

const QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const CLOSED = ["--disable-component-update", "--disable-sync", "--no-sandbox"];

/** A file as a browser that opens it from disk has it: its document, once it is loaded. */
export async function openInBrowser(browser: string, file: string): Promise<string> {
  using profile = scratchFolder();
  const args = ["--headless", ...QUIET, ...CLOSED, `--user-data-dir=${profile.path}`, "--dump-dom"];
  const { stdout } = await promisify(execFile)(browser, [...args, pathToFileURL(file).href], { timeout: 60_000 });
  return stdout;
}
