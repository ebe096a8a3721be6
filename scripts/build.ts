/**
 * Builds `dist/`: declarations by tsc; code by rolldown, because every module that a start loads costs it up to half a
 * millisecond. Entries keep their paths. All shared code lies one folder deep, beside the worker, so that paths relative
 * to `import.meta.url` mean the same as in `src/runtime/`.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import { type Plugin, rolldown } from "rolldown";
import { outlineOf } from "../src/bridge/outline.ts";
import { BRIDGE_NAMES, loadBridge } from "../src/runtime/bridge-sources.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = new URL("../dist/", import.meta.url);

/** Without their extension; paths that code outside of the bundle, or our own by name, relies on. */
const ENTRIES = ["cli/main", "runtime/worker", "index", "testing/index", ...BRIDGE_NAMES.map((name) => `bridges/${name}`)];

/** Small enough to be part of the product's own files; its licence goes with it. */
const INLINED = ["commander"];

/** What is always needed together, as one file each, the first one first. The rest is split where imports are lazy. */
const TOGETHER = [
  { name: "core", test: /\/src\/(errors|values\/|journal\/|engine\/|runtime\/(protocol|meter|limits|engines)\.ts)/ },
  { name: "program", test: /\/src\/cli\/(program|failure|render-error|colors|version)\.ts|\/node_modules\/commander\// },
  { name: "run", test: /\/src\/(cli\/(commands\/run|run-ahead|options|log-printer|result|signals)|runtime\/(supervisor|run-spell|spell|permissions))\.ts/ },
].map((group, index, groups) => ({ ...group, priority: groups.length - index }));

/**
 * Takes built-in modules from `process` instead of importing them: an import makes an ES module of all of their exports,
 * which costs a start 1 to 3 ms each. commander's `child_process` is for subcommands in files of their own: we have none.
 */
const directBuiltins: Plugin = {
  name: "direct-builtins",
  resolveId(id, importer) {
    if (!isBuiltin(id)) return undefined;
    return id === "node:child_process" && importer?.includes("/node_modules/commander/") ? "\0none" : `\0builtin:${id}`;
  },
  async load(id) {
    if (id === "\0none") return "export default undefined;";
    if (!id.startsWith("\0builtin:")) return undefined;
    const name = id.slice("\0builtin:".length);
    const names = Object.keys((await import(name)) as object).filter((key) => key !== "default" && key !== "module.exports");
    const lines = names.map((key) => `const $${key} = /* @__PURE__ */ (() => builtin.${key})();\nexport { $${key} as ${key} };`);
    return `const builtin = process.getBuiltinModule(${JSON.stringify(name)});\nexport default builtin;\n${lines.join("\n")}\n`;
  },
};

rmSync(dist, { recursive: true, force: true });
const compiler = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
execFileSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });

const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(ENTRIES.map((entry) => [entry, `${root}src/${entry}.ts`])),
  platform: "node",
  external: (id) => !/^[./\0]/.test(id) && !isBuiltin(id) && !INLINED.includes(id),
  plugins: [directBuiltins],
});
await bundle.write({
  dir: fileURLToPath(dist),
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "runtime/[name]-[hash].js",
  sourcemap: true,
  codeSplitting: { groups: TOGETHER },
});
await bundle.close();
for (const name of INLINED) copyFileSync(`${root}node_modules/${name}/LICENSE`, new URL(`LICENSE-${name}.txt`, dist));

// A start reads the outlines of the bridges and loads a bridge at its first call.
const outlines = BRIDGE_NAMES.map((name) => outlineOf(loadBridge(name)));
writeFileSync(new URL("runtime/bridge-outlines.json", dist), JSON.stringify(outlines));

chmodSync(new URL("cli/main.js", dist), 0o755);
