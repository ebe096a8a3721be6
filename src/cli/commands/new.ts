import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { LlmspellError } from "../../errors.ts";
import { colors } from "../colors.ts";
import { editorProject } from "../layout/editor-project.ts";
import type { LaidFile } from "../layout/laid-file.ts";
import { layOut } from "../layout/lay-out.ts";
import { checkSpellName, newSpell } from "../layout/new-spell.ts";
import { projectAbove } from "../layout/project-above.ts";
import { showFiles, showProblems } from "../layout/show-files.ts";
import { writeNew } from "../layout/write-new.ts";
import type { TemplateLanguage } from "../templates/template.ts";
import { TEMPLATES } from "../templates/templates.ts";
import { jsonText } from "../result.ts";

export interface NewOptions {
  engine: TemplateLanguage;
  template: string;
  in?: string;
  force?: boolean;
  json?: boolean;
}

/** `llmspell new NAME`: the folder of a spell that runs at once. In a project, the project's types know it. */
export async function newCommand(name: string, options: NewOptions): Promise<void> {
  checkSpellName(name);
  const template = TEMPLATES[options.template];
  if (!template) throw new LlmspellError("usage.invalid", `there is no template "${options.template}"`);
  const project = projectAbove(path.resolve(options.in ?? "."));
  const parent = options.in ?? (project !== undefined && existsSync("spells") ? "spells" : ".");
  const folder = path.join(parent, name);
  const root = project ?? path.resolve(folder);
  const schema = path.posix.relative(
    path.resolve(folder).replaceAll(path.sep, "/"),
    path.join(root, ".llmspell/schemas/spell.json").replaceAll(path.sep, "/"),
  );
  const files = newSpell({
    name,
    language: options.engine,
    template,
    schema: schema.startsWith("../") ? schema : `./${schema}`,
  });
  const written = writeNew(folder, files, { force: options.force === true, must: true });
  mkdirSync(root, { recursive: true });
  const { files: editor, found } = await editorProject(root);
  const types = layOut(root, editor);

  const laid = [...at(folder, written), ...at(path.relative("", root), types)];
  if (options.json) {
    process.stdout.write(jsonText({ name, folder, files: laid }));
    return;
  }
  showProblems(found.problems);
  showFiles(laid);
  const { bold } = colors(process.stdout);
  const called = parent === "." || (parent === "spells" && project !== undefined) ? name : folder;
  process.stdout.write(`\nRun it: ${bold(`llmspell run ${called}`)}\n`);
}

function at(folder: string, files: readonly LaidFile[]): LaidFile[] {
  return files.map((file) => ({ ...file, path: path.join(folder, file.path) }));
}
