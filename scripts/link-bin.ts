/**
 * Makes `npx llmspell` work in a clone, as it does where the package is installed: npx runs what it finds in
 * `node_modules/.bin` at once, and would otherwise install the folder into a cache of its own first.
 */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../node_modules/.bin/", import.meta.url));
mkdirSync(bin, { recursive: true });
if (process.platform === "win32") {
  writeFileSync(`${bin}llmspell.cmd`, '@"%~dp0node.exe" "%~dp0..\\..\\dist\\cli\\main.js" %*\r\n');
} else {
  rmSync(`${bin}llmspell`, { force: true });
  symlinkSync("../../dist/cli/main.js", `${bin}llmspell`);
}
