import { LlmspellError } from "../../errors.ts";
import { manifestSchema } from "../../spells/manifest-schema.ts";
import { luaParametersClass } from "../../typings/luacats-text.ts";
import { scriptOf, type SpellTemplate, type TemplateLanguage } from "../templates/template.ts";
import type { NewFile } from "./write-new.ts";

/** Names that mean something else: folders of a project, devices of Windows. */
const RESERVED = /^(node_modules|lib|spells|llmspell|con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/** Throws `usage.invalid` for what cannot be a spell's name and a folder's on every machine. */
export function checkSpellName(name: string): void {
  const hint = "Use letters, digits, - and _, e.g. summarize-mail.";
  const problem = manifestSchema.shape.name.safeParse(name).error?.issues[0]?.message;
  if (name === "" || problem !== undefined || name.endsWith(".")) {
    throw new LlmspellError("usage.invalid", `"${name}" cannot be a spell's name`, { hint });
  }
  if (RESERVED.test(name)) throw new LlmspellError("usage.invalid", `"${name}" is a reserved name`, { hint });
}

export interface NewSpell {
  name: string;
  language: TemplateLanguage;
  template: SpellTemplate;
  /** Path of the manifest's JSON Schema, from the spell's folder. */
  schema: string;
}

/** Names that YAML would read as something else stand in quotes. */
function yamlText(name: string): string {
  return /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[a-z][\w-]*$/i.test(name) ? name : JSON.stringify(name);
}

/** The files of a new spell, by their path in its folder. */
export function newSpell({ name, language, template, schema }: NewSpell): NewFile[] {
  return [
    {
      path: "spell.yaml",
      text: `# yaml-language-server: $schema=${schema}
name: ${yamlText(name)}
version: 0.1.0
entry: main.${language}
${template.manifest}
# What the spell needs; what is not named here is not available. See "llmspell info ${name}".
permissions:
  fs: none # none, read or write: files of the workspace
  net: [] # hosts that http may reach, e.g. [api.example.com]
`,
    },
    { path: `main.${language}`, text: scriptOf(template, language, luaParametersClass(name)) },
  ];
}
