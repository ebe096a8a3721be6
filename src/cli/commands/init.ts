import { mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { LlmspellError } from "../../errors.ts";
import { BRIDGE_NAMES, loadBridge } from "../../runtime/bridge-sources.ts";
import { scriptApiOf } from "../../typings/script-api.ts";
import { colors } from "../colors.ts";
import { editorProject } from "../layout/editor-project.ts";
import { layOut } from "../layout/lay-out.ts";
import { newSpell } from "../layout/new-spell.ts";
import { showFiles, showProblems } from "../layout/show-files.ts";
import { writeNew } from "../layout/write-new.ts";
import { helloTemplate, projectFiles } from "../templates/project-files.ts";
import type { TemplateLanguage } from "../templates/template.ts";
import { jsonText } from "../result.ts";

export interface InitOptions {
  engine: TemplateLanguage;
  force?: boolean;
  json?: boolean;
}

/** `llmspell init [FOLDER]`: a project. What is there stays, but for `--force`. */
export async function initCommand(folder: string, { engine, force = false, json = false }: InitOptions): Promise<void> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new LlmspellError("usage.invalid", `${folder} is a file`, { hint: "Name a folder; it is made if need be." });
  }
  const spell = newSpell({
    name: "hello",
    language: engine,
    template: helloTemplate,
    schema: "../../.llmspell/schemas/spell.json",
  });
  const files = [
    ...projectFiles(scriptApiOf(BRIDGE_NAMES.map(loadBridge)), engine),
    ...spell.map((file) => ({ ...file, path: `spells/hello/${file.path}` })),
  ];
  const written = writeNew(folder, files, { force });
  mkdirSync(folder, { recursive: true });
  const { files: editor, found } = await editorProject(folder);
  const types = layOut(folder, editor, { force });

  const laid = [...written, ...types].map((file) => ({ ...file, path: path.join(folder, file.path) }));
  if (json) {
    process.stdout.write(jsonText({ folder, files: laid }));
    return;
  }
  showProblems(found.problems);
  showFiles(laid);
  const kept = laid.filter(({ outcome }) => outcome === "unchanged").length;
  const { bold } = colors(process.stdout);
  const enter = path.relative("", folder) === "" ? "" : `cd ${folder} && `;
  process.stdout.write(
    `${kept === 0 ? "" : `\n${kept} ${kept === 1 ? "file was" : "files were"} there already.`}\nRun its spell: ${bold(`${enter}llmspell run hello`)}\n`,
  );
}
