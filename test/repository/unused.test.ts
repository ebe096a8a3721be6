import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/root.ts";
import { scratchProject } from "../support/scratch.ts";

test("files, exports and dependencies that nothing uses are found", () => {
  using project = scratchProject({
    "package.json": JSON.stringify({ name: "sample", type: "module", dependencies: { zod: "*", yaml: "*" } }),
    "tsconfig.json": '{ "compilerOptions": { "module": "nodenext" } }',
    "src/index.ts":
      'import { z } from "zod";\nimport { used } from "./part.ts";\nexport const schema = z.literal(used);\n',
    "src/part.ts": "export const used = 1;\nexport const unused = 2;\n",
    "src/lonely.ts": "export const lonely = 3;\n",
  });
  const knip = path.join(ROOT, "node_modules/.bin/knip");
  const config = path.join(ROOT, "knip.config.ts");
  const { stdout, status } = spawnSync(
    process.execPath,
    [knip, "--config", config, "--no-config-hints", "--reporter", "json"],
    {
      cwd: project.path,
      encoding: "utf8",
    },
  );
  expect(status).toBe(1);
  const { issues } = JSON.parse(stdout) as {
    issues: {
      file: string;
      files?: { name: string }[];
      exports?: { name: string }[];
      dependencies?: { name: string }[];
    }[];
  };
  const named = issues.flatMap(({ file, files = [], exports = [], dependencies = [] }) => [
    ...files.map(() => `file ${file}`),
    ...exports.map(({ name }) => `export ${name}`),
    ...dependencies.map(({ name }) => `dependency ${name}`),
  ]);
  expect(named.toSorted()).toEqual(["dependency yaml", "export unused", "file src/lonely.ts"]);
});
