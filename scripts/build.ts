/**
 * Builds `dist/`: declarations by tsc; code by rolldown, because every module that a start loads costs it up to half a
 * millisecond. Entries keep their paths. All shared code lies one folder deep, beside the worker, so that paths relative
 * to `import.meta.url` mean the same as in `src/runtime/`.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import v8 from "node:v8";
import { type Plugin, rolldown } from "rolldown";
import { outlineOf } from "../src/bridge/outline.ts";
import { BridgeCatalogue } from "../src/bridge/catalogue.ts";
import { BRIDGE_NAMES, builtInBridges, loadBridge } from "../src/runtime/bridge-sources.ts";
import { jsonSchemas } from "../src/cli/layout/json-schemas.ts";
import { BUILT_IN_TOOLS } from "../src/tools/built-in-tools.ts";
import { BuiltInCatalogue } from "../src/tools/load-built-in.ts";
import { builtInEngines } from "../src/runtime/engines.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Takes the place of `dist/` when it is complete: a build that fails, or runs meanwhile, breaks nothing. */
const staging = new URL("../.dist-next/", import.meta.url);

/** Without their extension; paths that code outside of the bundle, or our own by name, relies on. */
const ENTRIES = [
  "cli/main",
  "runtime/worker",
  "runtime/lazy-services",
  "runtime/modules",
  "runtime/child-spells",
  "runtime/spell-identity",
  "index",
  "testing/index",
  ...BRIDGE_NAMES.map((name) => `bridges/${name}`),
  "tools/database/sqlite-process",
  ...new Set(Object.values(BUILT_IN_TOOLS).map((module) => `tools/${module}`)),
];

/** Loaded file by file they cost a start more than all else; small enough to be part of the product's own files; its licence goes with it. */
const INLINED = ["commander", "smol-toml", "yaml"];

/** What every start needs, as one file. The rest is split where imports are lazy and where threads differ. */
const CORE =
  /\/src\/(errors|values\/|journal\/|engine\/|engines\/\w+\/identity|bridge\/run-ports|cli\/(colors|render-error|render-problems|streams|failure|settings|log-levels)|config\/(find-files|is-configured)|policy\/(helper-bridges|names-address)|store\/folders|spells\/(header|manifest-file|flag-name)\.ts|documents\/located-document|runtime\/(protocol|meter|limits|engines|permissions)\.ts)|\0builtin:node:(fs|os|path|util|url|events|module)$/;

/** What `run` needs besides, on the command line's thread ... */
const RUN =
  /\/src\/(cli\/(commands\/run|views\/[\w-]+|effect-events|figures|given-parameters|journal-settings|log-printer|log-settings|options|result|run-options|signals|spell-arguments|spell-folders|terminal\/progress)|runtime\/(heap-watch|journals|loop-watch|run-id|run-listener|run-recorder|run-spell|spell|supervisor))\.ts$/;

/** ... and in its worker. Not its entry, which a file of the other thread must not run. */
const WORKER =
  /\/src\/(cache\/cache-file|runtime\/(child-slots|collect-garbage|journaled-modules|lazy|references|remote-bridge|run-clock|run-vm|services|standard-input|turns|worker-run))\.ts$/;

/** What reads a configuration, but for the parser of its format. */
const CONFIG =
  /\/src\/(config\/|documents\/(parse-document|located-document)|runtime\/(configured|configured-providers|load-configured)\.ts|cli\/commands\/config\.ts)/;

/** What every worker needs besides. Not the schemas, which load zod. */
const DISPATCH =
  /\/src\/(bridge\/(?!schemas|run-ports)|budget\/|policy\/policy|bridges\/(services|console|show)\.ts|runtime\/(bridge-sources|extensions)\.ts)/;

/**
 * Takes built-in modules from `process` instead of importing them: an import makes an ES module of all of their exports,
 * which costs a start 1 to 3 ms each. commander's `child_process` is for subcommands in files of their own: we have none.
 */
const directBuiltins: Plugin = {
  name: "direct-builtins",
  resolveId(id, importer) {
    if (!isBuiltin(id)) return undefined;
    // The entry must still start on the oldest Node, to say that it is too old; rolldown's own code comes before ours.
    if (/\/src\/(cli\/main|runtime\/worker)\.ts$/.test(importer ?? "") || importer?.startsWith("\0rolldown"))
      return { id, external: true };
    return id === "node:child_process" && importer?.includes("/node_modules/commander/") ? "\0none" : `\0builtin:${id}`;
  },
  async load(id) {
    if (id === "\0none") return "export default undefined;";
    if (!id.startsWith("\0builtin:")) return undefined;
    const name = id.slice("\0builtin:".length);
    const names = Object.keys((await import(name)) as object).filter(
      (key) => key !== "default" && key !== "module.exports",
    );
    const lines = names.map(
      (key) => `const $${key} = /* @__PURE__ */ (() => builtin.${key})();\nexport { $${key} as ${key} };`,
    );
    return `const builtin = process.getBuiltinModule(${JSON.stringify(name)});\nexport default builtin;\n${lines.join("\n")}\n`;
  },
};

rmSync(staging, { recursive: true, force: true });
const compiler = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
const compiled = spawnSync(
  process.execPath,
  [compiler, "-p", "tsconfig.build.json", "--outDir", fileURLToPath(staging)],
  { cwd: root, stdio: "inherit" },
);
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(ENTRIES.map((entry) => [entry, `${root}src/${entry}.ts`])),
  platform: "neutral",
  external: (id) => !/^[./\0]/.test(id) && !isBuiltin(id) && !INLINED.includes(id),
  plugins: [directBuiltins],
});
const { output } = await bundle.write({
  dir: fileURLToPath(staging),
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "runtime/[name]-[hash].js",
  sourcemap: true,
  codeSplitting: {
    groups: [
      { name: "start-worker", test: /\/src\/runtime\/(start-worker|meter-layout)\.ts$/ },
      { name: "core", test: CORE },
      { name: "dispatch", test: DISPATCH },
      { name: "config", test: CONFIG },
      { name: "yaml", test: /\/src\/documents\/(yaml-document|find-json-error)\.ts$|\/node_modules\/yaml\// },
      { name: "run", test: RUN },
      { name: "worker", test: WORKER },
    ],
  },
});
await bundle.close();
refuseCycles(new Map(output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file.imports]] : []))));
for (const name of INLINED)
  copyFileSync(`${root}node_modules/${name}/LICENSE`, new URL(`LICENSE-${name}.txt`, staging));

// A start reads the outlines of the bridges and loads a bridge at its first call.
const outlines = BRIDGE_NAMES.map((name) => outlineOf(loadBridge(name)));
writeFileSync(new URL("runtime/bridge-outlines.json", staging), JSON.stringify(outlines));

// A tool is loaded at its first call.
const tools = new BuiltInCatalogue();
const described = Object.fromEntries(tools.names.map((name) => [name, tools.describe(name)]));
writeFileSync(new URL("runtime/tool-outlines.json", staging), JSON.stringify(described));

// It starts a VM from the image that its engine made of these bridges.
const { shapes } = new BridgeCatalogue(builtInBridges());
for (const { name, load } of builtInEngines().list()) {
  const prepared = (await load()).prepare?.(shapes);
  if (prepared !== undefined) writeFileSync(new URL(`runtime/${name}.image`, staging), v8.serialize(prepared));
}

// For editors.
mkdirSync(new URL("schemas/", staging), { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas()))
  writeFileSync(new URL(`schemas/${name}`, staging), `${JSON.stringify(schema, null, 2)}\n`);

// The chat's spell: read as text, and run in a VM. Beside the code that reads it.
copyFileSync(`${root}src/cli/chat/chat-turn.js`, new URL("runtime/chat-turn.js", staging));

chmodSync(new URL("cli/main.js", staging), 0o755);

rmSync(`${root}dist`, { recursive: true, force: true });
renameSync(`${root}.dist-next`, `${root}dist`);

/** Files put together against the direction of their imports would read each other's names before they exist. */
function refuseCycles(imports: ReadonlyMap<string, readonly string[]>): void {
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) throw new Error(`dist has a cycle: ${[...path, file].join(" -> ")}; see CORE`);
    if (finished.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    finished.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
}
