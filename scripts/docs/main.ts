/** Writes the generated pages of `docs/`. With `--check` it only says which are not up to date, and exits with 1. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { generatedPages } from "./pages.ts";

const check = process.argv.includes("--check");
for (const [name, text] of Object.entries(generatedPages())) {
  const file = new URL(`../../docs/${name}`, import.meta.url);
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  if (check) process.exitCode = 1;
  else writeFileSync(file, text);
  console.log(`docs/${name} ${check ? "is not up to date: run `npm run docs`" : "written"}`);
}
