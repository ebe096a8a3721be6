/**
 * The layers of `src/`, from the lowest up. A folder may import itself and what its row lists, nothing else; siblings
 * meet through ports that the runtime passes in. `docs/architecture.md` shows the picture.
 */
const VALUES = ["errors", "values"];
const CONTRACTS = ["engine", "bridge", "journal", "policy", "budget", "store", "documents", "schemas"];
const DOMAIN = [
  "models",
  "network",
  "workspace",
  "state",
  "cache",
  "text",
  "regex",
  "template",
  "config",
  "spells",
  "runs",
  "typings",
  "agents",
  "tools",
  "workflows",
  "events",
  "hooks",
  "guardrails",
  "sessions",
  "telemetry",
];
const BELOW_BRIDGES = [...VALUES, ...CONTRACTS, ...DOMAIN];
const BELOW_RUNTIME = [...BELOW_BRIDGES, "bridges", "engines"];
const BELOW_CLI = [...BELOW_RUNTIME, "runtime"];

/** Folder (or file) of `src/` -> what it may import besides itself. */
const MAY_IMPORT = {
  errors: [],
  values: ["errors"],
  engine: VALUES,
  journal: VALUES,
  policy: VALUES,
  budget: VALUES,
  store: VALUES,
  documents: VALUES,
  schemas: VALUES,
  // The dispatcher composes the other contracts.
  bridge: [...VALUES, "engine", "journal", "policy", "budget"],
  "engines/javascript": [...VALUES, "engine"],
  "engines/lua": [...VALUES, "engine"],
  "engines/tengo": [...VALUES, "engine", "engines/lua"],
  ...Object.fromEntries(DOMAIN.map((folder) => [folder, [...VALUES, ...CONTRACTS]])),
  bridges: BELOW_BRIDGES,
  runtime: BELOW_RUNTIME,
  testing: BELOW_CLI,
  index: BELOW_CLI,
  cli: BELOW_CLI,
};

const TEST_CODE = "[.]test[.]ts$|/fixtures/";

/** A path pattern of a folder or top-level file. */
const within = (name) => `^src/${name}(/|[.]ts$)`;

const layers = Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
  name: `layer-${name.replace("/", "-")}`,
  comment: `src/${name} may import: ${allowed.join(", ") || "nothing"}. Imports point only downward; siblings never import each other.`,
  severity: "error",
  from: { path: within(name), pathNot: TEST_CODE },
  to: { path: "^src/", pathNot: [within(name), ...allowed.map(within)] },
}));

export default {
  forbidden: [
    ...layers,
    {
      name: "unknown-folder",
      comment: "Every folder of src/ has a row in .dependency-cruiser.mjs.",
      severity: "error",
      from: { path: "^src/", pathNot: Object.keys(MAY_IMPORT).map(within) },
      to: {},
    },
    {
      name: "no-cycle",
      comment: "No cycles, type-only ones included.",
      severity: "error",
      from: { path: "^src/" },
      to: { circular: true },
    },
    {
      name: "sdk-only-in-models",
      comment: "The AI SDK is imported in src/models/ alone.",
      severity: "error",
      from: { pathNot: "^(src/models/|node_modules/)" },
      to: { path: "(^|node_modules/)(@ai-sdk/|ai(/|$))" },
    },
    {
      name: "no-inner-index",
      comment: "No barrels but the public entries.",
      severity: "error",
      from: { path: "^src/.*/index[.]ts$", pathNot: "^src/testing/index[.]ts$" },
      to: {},
    },
    {
      name: "tests-stay-out",
      comment:
        "Only tests import tests, test fixtures and the testing entry; src/testing is for them and for library users.",
      severity: "error",
      from: { path: "^src/", pathNot: [TEST_CODE, "^src/testing/"] },
      to: { path: [TEST_CODE, "^src/testing/", "^test/"] },
    },
    {
      name: "declared-dependencies",
      comment: "What the product imports stands under dependencies in package.json.",
      severity: "error",
      from: { path: "^src/", pathNot: [TEST_CODE, "^src/testing/"] },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "resolvable",
      comment: "An import that resolves to nothing.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".js", ".d.ts", ".json"],
    },
  },
};
