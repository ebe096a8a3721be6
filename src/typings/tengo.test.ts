import { expect, test } from "vitest";
import { toSnakeCase } from "../engine/naming.ts";
import { builtInEngines } from "../runtime/engines.ts";
import { API } from "./fixtures/type-check.ts";
import { pascal } from "./pascal.ts";
import { tagsOf } from "./tengo-tags.ts";
import { tengoTypings } from "./tengo.ts";

const TEXT = tengoTypings.api(API);
const SPELL = {
  name: "greet-all",
  parameters: [
    { name: "count", type: { kind: "integer" }, optional: false, text: "How\noften." },
    { name: "by-name", type: { kind: "list", item: { kind: "string" } }, optional: true, text: "" },
  ],
} as const;

test("the declarations are Tengo, without a name that is not defined", async () => {
  const tengo = await builtInEngines().byName("tengo").load();
  const texts = [
    TEXT,
    tengoTypings.parameters([SPELL, { name: "b", parameters: [] }], SPELL),
    tengoTypings.parameters([], undefined),
  ];
  for (const code of texts) expect(tengo.validateSyntax({ code, file: "llmspell.tengo" }, undefined, [])).toBeNull();
});

test("each method of the API stands there with its parameters, and what they are", () => {
  const lines = TEXT.split("\n");
  const owners = [
    ...API.globals.map(({ name, methods }) => ({ owner: name, methods })),
    ...API.handles.map(({ type, methods }) => ({ owner: pascal(type), methods })),
  ];
  for (const { owner, methods } of owners) {
    for (const { name, signatures } of methods) {
      const at = lines.findIndex((line) => line.startsWith(`${owner}.${toSnakeCase(name)} = func(`));
      expect(`${owner}.${name} ${at < 0}`).toBe(`${owner}.${name} false`);
      const start = lines.lastIndexOf("", at);
      const comment = lines.slice(start + 1, at);
      for (const { name: parameter } of signatures[0]?.parameters ?? [])
        expect(comment.some((line) => new RegExp(`^//   ${toSnakeCase(parameter)}\\??: \\S`).test(line))).toBe(true);
      expect(comment.some((line) => line.startsWith("//   answers "))).toBe(true);
    }
  }
});

test("parameters of spells stand there by the spell's name, those of the folder's own as params", () => {
  expect(tengoTypings.parameters([SPELL], SPELL)).toContain(`parameters := {
  "greet-all": {
    // int. How often.
    "count": undefined,
    // array of string, may be undefined
    "by-name": undefined
  }
}

params := parameters["greet-all"]
`);
  expect(tengoTypings.parameters([SPELL], undefined)).not.toContain("params :=");
});

test("tags lead to the line that defines them, sorted by bytes", () => {
  const lines = tagsOf({ "llmspell.tengo": TEXT }).trimEnd().split("\n");
  expect(lines.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))).toEqual(lines);
  const source = TEXT.split("\n");
  const tags = lines.filter((line) => !line.startsWith("!_TAG_"));
  expect(tags.length).toBeGreaterThan(900);
  for (const tag of tags) {
    const [, name = "", file, line, owner] =
      /^(\w+)\t(\S+)\t(\d+);"\t[fv]\tline:\d+\tlanguage:Tengo(?:\tmodule:([\w.]+))?/.exec(tag) ?? [];
    expect(file).toBe("llmspell.tengo");
    expect(source[Number(line) - 1]).toMatch(new RegExp(`^${owner === undefined ? "" : `${owner}\\.`}${name} :?= `));
  }
  expect(tags).toContainEqual(expect.stringMatching(/^contains\t.*\tmodule:library\.text\tsignature:\(text, part\)$/));
});
