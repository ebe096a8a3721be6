import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./root.ts";

export interface CodeBlock {
  /** Path from the project's folder, and the line of the fence: names the block in reports. */
  where: string;
  language: string;
  /** Why the block cannot run, from `no-run="..."` behind the language. */
  noRun: string | undefined;
  code: string;
  /** What a `text output` block right behind it says that it prints. */
  output: string | undefined;
}

/** The code blocks of README, CONTRIBUTING and `docs/`. */
export function codeBlocks(): CodeBlock[] {
  const docs = readdirSync(path.join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`);
  return ["README.md", "CONTRIBUTING.md", ...docs.toSorted()].flatMap((file) =>
    blocksOf(file, readFileSync(path.join(ROOT, file), "utf8")),
  );
}

const FENCE = /^```(\w+)([^\n]*)\n([\s\S]*?)^```$(?:\n+```text output\n([\s\S]*?)^```$)?/gm;

export function blocksOf(file: string, markdown: string): CodeBlock[] {
  return [...markdown.matchAll(FENCE)].map(({ index, 1: language = "", 2: info = "", 3: code = "", 4: output }) => ({
    where: `${file}:${markdown.slice(0, index).split("\n").length}`,
    language,
    noRun: /no-run="([^"]+)"/.exec(info)?.[1],
    code,
    output,
  }));
}
