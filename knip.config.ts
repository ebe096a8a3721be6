import type { KnipConfig } from "knip";
import { BRIDGE_NAMES } from "./src/runtime/bridge-sources.ts";
import { BUILT_IN_TOOLS } from "./src/tools/built-in-tools.ts";

const config: KnipConfig = {
  entry: [
    "src/index.ts!",
    "src/testing/index.ts!",
    "src/cli/main.ts!",
    // Loaded by name or URL, which no import shows.
    "src/runtime/worker.ts!",
    "src/tools/database/sqlite-process.ts!",
    "test/fixtures/*.ts",
    ...BRIDGE_NAMES.map((name) => `src/bridges/${name}.ts!`),
    ...new Set(Object.values(BUILT_IN_TOOLS).map((module) => `src/tools/${module}.ts!`)),
    "scripts/*.ts",
    "bench/children/*.ts",
  ],
  project: ["src/**/*.ts!", "scripts/**/*.ts", "bench/**/*.ts", "test/**/*.ts"],
  // Found by name: of wasmoon its glue.wasm, of xpath without its declarations.
  ignoreDependencies: ["wasmoon", "xpath"],
  ignoreExportsUsedInFile: { interface: true, type: true },
  ignoreBinaries: ["mkfifo", "fish", "mount", "umount"],
};

export default config;
