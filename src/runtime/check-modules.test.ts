import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { scratchFolder } from "../../test/support/scratch.ts";
import { createRuntime } from "./create-runtime.ts";

const world = scratchFolder({
  "main/good.lua":
    'local a = require("shared")\npcall(function() require("optional") end)\nreturn a .. require("string").rep("!", 2)',
  "main/missing.lua": 'local a = 1\nlocal b = require("nothing")',
  "main/deep.lua": 'require("between")',
  "main/between.lua": '\nrequire "broken"',
  "main/broken.lua": "local x =\n= 1",
  "main/good.js": 'import { s } from "shared"; return s',
  "main/missing.ts": 'const a: number = 1;\nimport "./nothing.js";',
  "main/deep.js": 'import "./between.js";',
  "main/between.js": '\nimport "./broken.js";',
  "main/broken.js": "const x = ;",
  "shared/shared.lua": "return 'shared'",
  "shared/shared.ts": "export const s: string = 'shared';",
});
const runtime = createRuntime({ modulePaths: [path.join(world.path, "shared")] });
afterAll(async () => {
  await runtime.shutdown();
  world[Symbol.dispose]();
});
const at = (file: string) => path.join(world.path, "main", file);

it.each([
  ["good.lua", "shared!!"],
  ["good.js", "shared"],
])("%s is right, and finds modules in a module path", async (file, value) => {
  expect(await runtime.check(at(file))).toBeNull();
  expect(await runtime.run(at(file))).toMatchObject({ ok: true, value });
});

it.each([
  ["missing.lua", "script.module_not_found", ["missing.lua:2"]],
  ["deep.lua", "script.syntax", ["broken.lua:2", "between.lua:2", "deep.lua:1"]],
  ["missing.ts", "script.module_not_found", ["missing.ts:2"]],
  ["deep.js", "script.syntax", ["broken.js:1", "between.js:2", "deep.js:1"]],
])("a check of %s follows its modules, as a run does", async (file, code, frames) => {
  const ran = await runtime.run(at(file));
  for (const error of [await runtime.check(at(file)), ran.ok ? null : ran.error]) {
    expect(error?.code).toBe(code);
    expect(error?.frames?.map((frame) => `${path.basename(frame.file)}:${frame.line}`)).toEqual(frames);
  }
});
