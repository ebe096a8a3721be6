import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/root.ts";
import { scratchFolder } from "../support/scratch.ts";

/** The rules that `npm run lint` finds broken in files of these names and texts: `file: rule`. */
function problems(files: Readonly<Record<string, string>>): string[] {
  using folder = scratchFolder(files);
  const lint = path.join(ROOT, "node_modules/.bin/oxlint");
  const config = path.join(ROOT, ".oxlintrc.json");
  const { stdout } = spawnSync(process.execPath, [lint, "--config", config, "--format", "unix", "."], {
    cwd: folder.path,
    encoding: "utf8",
  });
  const lines = [...stdout.matchAll(/^(?:\.\/)?([^:]+):\d+:\d+: .*\[Error\/([^\]]+)\]$/gm)];
  return [...new Set(lines.map(([, file, rule]) => `${file}: ${rule}`))].toSorted();
}

test("tables that nothing changes, and state inside functions and classes, pass", () => {
  const text = [
    'const TABLE = new Map([["a", 1]]);',
    "const LIST = [3, 1, 2] as const;",
    "export const sorted = LIST.toSorted();",
    'export const one = TABLE.get("a");',
    "export function fresh(): Map<string, number> {",
    "  const copy = new Map(TABLE);",
    '  copy.set("b", 2);',
    "  return copy;",
    "}",
  ].join("\n");
  expect(problems({ "src/values/table.ts": `${text}\n` })).toEqual([]);
});

test.each([
  ["a top-level let", "let count = 0;\nexport const next = () => (count += 1);\n"],
  ["an exported let", "export let count = 0;\n"],
  [
    "a map that is set",
    "const seen = new Map<string, number>();\nexport const see = (name: string) => seen.set(name, 1);\n",
  ],
  ["a list that grows", "const all: number[] = [];\nexport function add(n: number) {\n  all.push(n);\n}\n"],
  [
    "an object that is assigned to",
    "const state = { open: false };\nexport function open() {\n  state.open = true;\n}\n",
  ],
  [
    "an element that is counted",
    "const hits: Record<string, number> = {};\nexport function hit(k: 'a') {\n  hits[k]!++;\n}\n".replace(
      "]!++",
      "]++",
    ),
  ],
  [
    "a key that is deleted",
    "const bag: Record<string, number> = {};\nexport function drop(k: string) {\n  delete bag[k];\n}\n",
  ],
])("mutable module state is found: %s", (_, text) => {
  expect(problems({ "src/values/state.ts": text })).toContain("src/values/state.ts: house(no-module-state)");
});

test("each habit that lint holds fails on a file that breaks it", () => {
  const found = problems({
    "src/values/default-export.ts": "export default 1;\n",
    "src/values/reexport.ts": 'export { thing } from "./thing.ts";\n',
    "src/values/reexport-all.ts": 'export * from "./thing.ts";\n',
    "src/values/unused.ts": "export function f(a: number, b: number): number {\n  const c = 1;\n  return a;\n}\n",
    "src/values/untyped.ts": "export const f = (value: any) => value;\n",
    "src/values/CamelCase.ts": "export const thing = 1;\n",
    "src/values/chatty.ts": 'export const f = () => console.log("x");\n',
    "src/values/long.ts": "export const f = () => [\n" + "  1,\n".repeat(800) + "];\n",
  });
  for (const expected of [
    "src/values/default-export.ts: import(no-default-export)",
    "src/values/reexport.ts: house(no-reexport)",
    "src/values/reexport-all.ts: house(no-reexport)",
    "src/values/unused.ts: eslint(no-unused-vars)",
    "src/values/untyped.ts: typescript(no-explicit-any)",
    "src/values/CamelCase.ts: unicorn(filename-case)",
    "src/values/chatty.ts: eslint(no-console)",
    "src/values/long.ts: eslint(max-lines)",
  ]) {
    expect(found).toContain(expected);
  }
});
