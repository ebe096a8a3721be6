import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/root.ts";
import { scratchProject } from "../support/scratch.ts";

/** What `npm run layers` finds in a project of these files: rule and importing file. */
function violations(files: Readonly<Record<string, string>>): string[] {
  using project = scratchProject({
    ...files,
    "package.json": '{ "type": "module", "devDependencies": { "vitest": "*" } }',
  });
  copyFileSync(path.join(ROOT, "tsconfig.json"), path.join(project.path, "tsconfig.json"));
  const config = path.join(ROOT, ".dependency-cruiser.mjs");
  const cruise = path.join(ROOT, "node_modules/.bin/depcruise");
  const { stdout } = spawnSync(process.execPath, [cruise, "--config", config, "--output-type", "json", "src"], {
    cwd: project.path,
    encoding: "utf8",
  });
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string }; from: string }[] } };
  return summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`).toSorted();
}

const THING = "export const thing = 1;\n";
const importing = (target: string) => `import { thing } from "${target}";\nexport const other = thing;\n`;

test("imports that point downward pass", () => {
  const found = violations({
    "src/errors.ts": THING,
    "src/values/value.ts": importing("../errors.ts"),
    "src/engine/shape.ts": importing("../values/value.ts").replace("thing }", "other as thing }"),
    "src/bridge/dispatcher.ts": importing("../errors.ts"),
    "src/engines/lua/lua.ts": importing("../../errors.ts"),
    "src/engines/tengo/tengo.ts": importing("../lua/lua.ts").replace("thing }", "other as thing }"),
    "src/bridges/json.ts": importing("../errors.ts"),
    "src/runtime/run.ts": importing("../errors.ts"),
    "src/cli/main.ts": importing("../errors.ts"),
  });
  expect(found).toEqual([]);
});

test("each layer rule fails on an import that breaks it", () => {
  const found = violations({
    "src/errors.ts": THING,
    "src/values/up.ts": importing("../engine/thing.ts"),
    "src/engine/thing.ts": THING,
    "src/engine/up.ts": importing("../bridge/thing.ts"),
    "src/bridge/thing.ts": THING,
    "src/bridge/up.ts": importing("../models/thing.ts"),
    "src/journal/aside.ts": importing("../policy/thing.ts"),
    "src/policy/thing.ts": THING,
    "src/engines/lua/thing.ts": THING,
    "src/engines/lua/aside.ts": importing("../javascript/thing.ts"),
    "src/engines/javascript/thing.ts": THING,
    "src/engines/javascript/up.ts": importing("../../bridge/thing.ts"),
    "src/models/thing.ts": THING,
    "src/models/aside.ts": importing("../network/thing.ts"),
    "src/network/thing.ts": THING,
    "src/bridges/engine-user.ts": importing("../engines/lua/thing.ts"),
    "src/runtime/thing.ts": THING,
    "src/runtime/up.ts": importing("../cli/thing.ts"),
    "src/cli/thing.ts": THING,
    "src/testing/up.ts": importing("../cli/thing.ts"),
  });
  expect(found).toEqual([
    "layer-bridge: src/bridge/up.ts",
    "layer-bridges: src/bridges/engine-user.ts",
    "layer-engine: src/engine/up.ts",
    "layer-engines-javascript: src/engines/javascript/up.ts",
    "layer-engines-lua: src/engines/lua/aside.ts",
    "layer-journal: src/journal/aside.ts",
    "layer-models: src/models/aside.ts",
    "layer-runtime: src/runtime/up.ts",
    "layer-testing: src/testing/up.ts",
    "layer-values: src/values/up.ts",
  ]);
});

test("cycles, barrels, strange folders, stray packages and test code in the product are found", () => {
  const found = violations({
    "src/values/a.ts": 'import type { B } from "./b.ts";\nexport interface A { b: B }\n',
    "src/values/b.ts": 'import type { A } from "./a.ts";\nexport interface B { a: A }\n',
    "src/journal/index.ts": 'export { thing } from "./thing.ts";\n',
    "src/journal/thing.ts": THING,
    "src/misc/thing.ts": THING,
    "src/misc/user.ts": importing("./thing.ts"),
    "src/bridges/sdk.ts":
      'import type { LanguageModelV3 } from "@ai-sdk/provider";\nexport type M = LanguageModelV3;\n',
    "src/runtime/stray.ts": 'import { expect } from "vitest";\nexport const e = expect;\n',
    "src/runtime/product.ts": importing("../testing/thing.ts"),
    "src/testing/thing.ts": THING,
    "src/cli/lost.ts": importing("./nowhere.ts"),
  });
  for (const expected of [
    "no-cycle: src/values/a.ts",
    "no-inner-index: src/journal/index.ts",
    "unknown-folder: src/misc/user.ts",
    "sdk-only-in-models: src/bridges/sdk.ts",
    "declared-dependencies: src/runtime/stray.ts",
    "tests-stay-out: src/runtime/product.ts",
    "resolvable: src/cli/lost.ts",
  ]) {
    expect(found).toContain(expected);
  }
});
