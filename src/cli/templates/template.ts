/** Languages that a spell can be begun in, by extension. */
export const TEMPLATE_LANGUAGES = ["lua", "js", "ts", "tengo"] as const;
export type TemplateLanguage = (typeof TEMPLATE_LANGUAGES)[number];

/** What a new spell begins as. */
export interface SpellTemplate {
  summary: string;
  /** The part `parameters` of its manifest, in YAML, and what else differs. */
  manifest: string;
  /** `PARAMS` stands for the class of its parameters. */
  lua: string;
  js: string;
  tengo: string;
  /** Where TypeScript says more than JavaScript does. */
  ts?: string;
}

export function scriptOf(template: SpellTemplate, language: TemplateLanguage, paramsClass: string): string {
  if (language === "tengo") return template.tengo;
  if (language === "lua") return template.lua.replaceAll("PARAMS", paramsClass);
  return language === "ts" ? (template.ts ?? template.js) : template.js;
}
