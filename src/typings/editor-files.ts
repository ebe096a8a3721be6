import path from "node:path";
import { luaTypings } from "./luacats.ts";
import { luaSettings } from "./luacats-settings.ts";
import type { ScriptApi } from "./script-api.ts";
import type { SpellParameters } from "./spell-parameters.ts";
import type { TypingsGenerator } from "./generator.ts";
import { tagsOf } from "./tengo-tags.ts";
import { tengoTypings } from "./tengo.ts";
import { typescriptTypings } from "./typescript.ts";
import { typescriptSettings } from "./typescript-settings.ts";

/** A spell as an editor meets it. */
export interface TypedSpell extends SpellParameters {
  /** Folder of its manifest, relative to the project, `""` for the project itself; absent for a script with a header. */
  folder?: string;
  language: "javascript" | "lua" | "tengo" | undefined;
}

export interface EditorProject {
  api: ScriptApi;
  spells: readonly TypedSpell[];
  /** JSON Schemas by file name. */
  schemas: Readonly<Record<string, unknown>>;
  /** Whether TypeScript checks plain JavaScript less strictly. */
  relaxed: boolean;
}

/** A file for editors. Paths are relative to the project, with forward slashes. */
export interface EditorFile {
  path: string;
  text: string;
  /**
   * `generated`: ours alone. `settings`: the user's once it is there; it is good as long as it holds `needs`. Settings of
   * Lua are merged besides, as nothing in them can be in the way of anything else.
   */
  kind: "generated" | "settings" | "lua settings";
  needs?: string;
}

const FOLDER = ".llmspell";
const TYPES = `${FOLDER}/types`;
/** Where the declarations of each spell with a folder of its own are; nothing else is there. */
export const SPELL_TYPES = `${TYPES}/spells`;
const BASE = `${TYPES}/tsconfig.base.json`;

/** By language: how a new one joins. */
const GENERATORS: readonly { extension: string; generator: TypingsGenerator }[] = [
  { extension: "d.ts", generator: typescriptTypings },
  { extension: "d.lua", generator: luaTypings },
  { extension: "tengo", generator: tengoTypings },
];

/** All files that editors need in a project: declarations, parameters of its spells, settings, schemas. */
export function editorFiles({ api, spells, schemas, relaxed }: EditorProject): EditorFile[] {
  const own = spells.find(({ folder }) => folder === "");
  return [
    ...GENERATORS.flatMap(({ extension, generator }) => [
      generated(`${TYPES}/${generator.apiFile}`, generator.api(api)),
      generated(`${TYPES}/params.${extension}`, generator.parameters(spells, own)),
    ]),
    generated(
      `${TYPES}/tags`,
      tagsOf({ [tengoTypings.apiFile]: tengoTypings.api(api), "params.tengo": tengoTypings.parameters(spells, own) }),
    ),
    generated(BASE, json(baseSettings(relaxed))),
    ...Object.entries(schemas).map(([name, schema]) => generated(`${FOLDER}/schemas/${name}`, json(schema))),
    tsconfig("", `${TYPES}/params.d.ts`),
    ...spells.filter(hasOwnFolder).flatMap((spell) => ownTypes(spell)),
    { path: ".luarc.json", text: json(luaSettings([TYPES])), kind: "lua settings", needs: TYPES },
  ];
}

function hasOwnFolder(spell: TypedSpell): spell is TypedSpell & { folder: string } {
  return spell.folder !== undefined && spell.folder !== "" && spell.language === "javascript";
}

/** A spell in a folder of its own: there `params` is of its own type. */
function ownTypes(spell: TypedSpell & { folder: string }): EditorFile[] {
  const params = `${SPELL_TYPES}/${spell.name}.d.ts`;
  return [generated(params, typescriptTypings.parameters([spell], spell)), tsconfig(spell.folder, params)];
}

function tsconfig(folder: string, params: string): EditorFile {
  const to = (file: string) => relativeTo(folder, file);
  const lib = folder === "" ? {} : { compilerOptions: { paths: { "*": ["./*", "./lib/*", to("lib/*")] } } };
  const settings = {
    extends: to(BASE),
    ...lib,
    include: [to(`${TYPES}/llmspell.d.ts`), to(params), "**/*"],
  };
  return {
    path: path.posix.join(folder, "tsconfig.json"),
    text: json(settings),
    kind: "settings",
    needs: `${TYPES}/llmspell.d.ts`,
  };
}

function baseSettings(relaxed: boolean) {
  const { compilerOptions } = typescriptSettings([], relaxed);
  // Bare names are modules of lib/ or of the project's folder.
  return { compilerOptions: { ...compilerOptions, paths: { "*": ["../../*", "../../lib/*"] } } };
}

/** As TypeScript and YAML servers want it: never bare. */
function relativeTo(folder: string, file: string): string {
  const relative = path.posix.relative(folder, file);
  return relative.startsWith(".") && !relative.startsWith(".llmspell") ? relative : `./${relative}`;
}

function generated(file: string, text: string): EditorFile {
  return { path: file, text, kind: "generated" };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
