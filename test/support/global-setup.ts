import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./root.ts";

const LAST_BUILT = path.join(ROOT, "dist/runtime/bridge-outlines.json");
const SOURCES = ["src", "scripts/build.ts", "tsconfig.json", "tsconfig.build.json", "package.json"];

/** Tests of the product run what is built; it is built again when a source is newer. */
export default function buildWhenStale(): void {
  if (existsSync(LAST_BUILT) && newest(SOURCES) <= statSync(LAST_BUILT).mtimeMs) return;
  execFileSync(process.execPath, ["scripts/build.ts"], { cwd: ROOT, stdio: "inherit" });
}

function newest(paths: readonly string[]): number {
  const files = paths.flatMap((start) => {
    const full = path.join(ROOT, start);
    if (!statSync(full).isDirectory()) return [full];
    return readdirSync(full, { recursive: true, encoding: "utf8" })
      .filter((name) => path.extname(name) !== "" && !name.endsWith(".test.ts"))
      .map((name) => path.join(full, name));
  });
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
