import { LlmspellError } from "../../errors.ts";
import { javascriptRepl, typescriptRepl } from "./javascript.ts";
import type { ReplLanguage } from "./language.ts";
import { luaRepl } from "./lua.ts";
import { tengoRepl } from "./tengo.ts";

const LANGUAGES: Readonly<Record<string, ReplLanguage>> = {
  lua: luaRepl,
  js: javascriptRepl,
  javascript: javascriptRepl,
  node: javascriptRepl,
  ts: typescriptRepl,
  typescript: typescriptRepl,
  tengo: tengoRepl,
};

/** Throws `engine.unknown`. */
export function replLanguage(name: string): ReplLanguage {
  const language = Object.hasOwn(LANGUAGES, name) ? LANGUAGES[name] : undefined;
  if (language) return language;
  throw new LlmspellError("engine.unknown", `there is no prompt for "${name}"`, {
    hint: "Languages: lua, js, ts, tengo.",
  });
}
