import { expect, it } from "vitest";
import { complete } from "./completion.ts";
import { javascriptRepl } from "./javascript.ts";
import type { ReplLanguage } from "./language.ts";
import { luaRepl } from "./lua.ts";

const completed = async (language: ReplLanguage, text: string) => {
  const source = { language, commands: [], bridges: () => [], ask: async () => ({ names: [] }), files: () => [] };
  return (await complete(source, text, text.length)).items.map((item) => item.text);
};

it("built-in tools complete as members of their global, in the spellings of the language", async () => {
  expect(await completed(luaRepl, "x = tools.web_f")).toContain("web_fetch");
  expect(await completed(javascriptRepl, "await tools.webF")).toEqual(["webFetch"]);
  expect(await completed(javascriptRepl, "tool.web_f")).toEqual(["web_fetch"]);
  expect(await completed(luaRepl, "other.web_f")).toEqual([]);
});
