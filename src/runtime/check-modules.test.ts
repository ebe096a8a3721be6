import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { z } from "zod";
import { scratchFolder } from "../../test/support/scratch.ts";
import { defineBridge, method } from "../bridge/define-bridge.ts";
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
  "main/good.tengo": 'a := import("shared")\nexport a + fmt.sprintf("%s", args ? "" : "!!")',
  "main/missing.tengo": 'a := 1\nb := func() { return import("nothing") }',
  "main/deep.tengo": 'import("between")',
  "main/between.tengo": '\nimport("./broken")',
  "main/broken.tengo": "x :=\n= 1",
  "main/unknown.tengo": 'a := llm.chat("x")\nb := nobody(a)',
  "main/own.tengo": "export dice.roll()",
  "shared/shared.tengo": 'export "shared"',
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
  ["good.tengo", "shared!!"],
])("%s is right, and finds modules in a module path", async (file, value) => {
  expect(await runtime.check(at(file))).toBeNull();
  expect(await runtime.run(at(file))).toMatchObject({ ok: true, value });
});

it.each([
  ["missing.lua", "script.module_not_found", ["missing.lua:2"]],
  ["deep.lua", "script.syntax", ["broken.lua:2", "between.lua:2", "deep.lua:1"]],
  ["missing.tengo", "script.module_not_found", ["missing.tengo:2"]],
  ["deep.tengo", "script.syntax", ["broken.tengo:2"]],
  ["unknown.tengo", "script.syntax", ["unknown.tengo:2"]],
  ["missing.ts", "script.module_not_found", ["missing.ts:2"]],
  ["deep.js", "script.syntax", ["broken.js:1", "between.js:2", "deep.js:1"]],
])("a check of %s follows its modules, as a run does", async (file, code, frames) => {
  const ran = await runtime.run(at(file));
  for (const error of [await runtime.check(at(file)), ran.ok ? null : ran.error]) {
    expect(error?.code).toBe(code);
    expect(error?.frames?.map((frame) => `${path.basename(frame.file)}:${frame.line}`)).toEqual(frames);
  }
});

it("knows no names of Tengo where bridges of a library user may add some", async () => {
  expect(await runtime.check(at("own.tengo"))).toMatchObject({ message: "unresolved reference 'dice'" });
  await using extended = createRuntime({
    bridges: [
      defineBridge({
        name: "dice",
        summary: "Dice.",
        methods: { roll: method({ summary: "Rolls.", input: {}, output: z.int(), effect: "read", run: () => 4 }) },
      }),
    ],
  });
  expect(await extended.check(at("own.tengo"))).toBeNull();
  expect(await extended.run(at("own.tengo"))).toMatchObject({ ok: true, value: 4 });
});
