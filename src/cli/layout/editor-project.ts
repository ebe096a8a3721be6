import { documentedBridges } from "../../runtime/documented-bridges.ts";
import { type EditorFile, editorFiles } from "../../typings/editor-files.ts";
import { scriptApiOf } from "../../typings/script-api.ts";
import { type FoundSpells, findSpells } from "./find-spells.ts";
import { jsonSchemas } from "./json-schemas.ts";

/** The files that editors need in a folder, by the spells that are in it. */
export async function editorProject(folder: string): Promise<{ files: EditorFile[]; found: FoundSpells }> {
  const found = await findSpells(folder);
  const { extensions, spells } = found;
  const files = editorFiles({
    api: scriptApiOf(documentedBridges()),
    spells,
    schemas: jsonSchemas(),
    relaxed: extensions.has(".js") || ![...extensions].some((extension) => extension.endsWith("ts")),
  });
  return { files, found };
}
