import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { findSpells } from "./find-spells.ts";

const root = mkdtempSync(path.join(tmpdir(), "llmspell-find-"));
afterAll(() => rmSync(root, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
}

test("finds manifests and headers at any depth, tells broken ones, and looks into no hidden folders", async () => {
  write({
    "a/spell.yaml": "name: first\nparameters:\n  n: { type: integer, required: true, description: How many. }\n",
    "a/main.js": "",
    "b/deep/spell.toml": 'name = "second"\n[parameters.list]\ntype = "array"\nitems = { type = "number" }\n',
    "b/deep/main.lua": "",
    "headed.lua": "--[[\n---\nparameters:\n  tone: { enum: [kind, rude], default: kind }\n---\n]]\nreturn 1\n",
    "tides.tengo":
      "#!/usr/bin/env llmspell\n// ---\n// parameters:\n//   moon: { type: boolean, default: true }\n// ---\nexport params.moon\n",
    "again/spell.yaml": "name: first\n",
    "broken/spell.yaml": "name: [\n",
    "wrong.js": "/*\n---\nname: x\nnonsense: 1\n---\n*/\n",
    ".hidden/spell.yaml": "name: hidden\n",
    "node_modules/x/spell.yaml": "name: packaged\n",
  });
  const { spells, problems, extensions } = await findSpells(root);
  expect(spells).toEqual([
    {
      name: "first",
      folder: "a",
      language: "javascript",
      parameters: [{ name: "n", type: { kind: "integer" }, optional: false, text: "How many." }],
    },
    {
      name: "second",
      folder: "b/deep",
      language: "lua",
      parameters: [{ name: "list", type: { kind: "list", item: { kind: "number" } }, optional: true, text: "" }],
    },
    {
      name: "headed",
      language: "lua",
      parameters: [
        { name: "tone", type: { kind: "literal", values: ["kind", "rude"] }, optional: false, text: 'Default "kind".' },
      ],
    },
    {
      name: "tides",
      language: "tengo",
      parameters: [{ name: "moon", type: { kind: "boolean" }, optional: false, text: "Default true." }],
    },
  ]);
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringContaining("broken/spell.yaml"),
    expect.stringContaining("nonsense"),
  ]);
  expect([...extensions].toSorted()).toEqual([".js", ".lua", ".tengo"]);
});
