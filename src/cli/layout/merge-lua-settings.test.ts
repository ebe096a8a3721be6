import { expect, test } from "vitest";
import { luaSettings } from "../../typings/luacats-settings.ts";
import { mergeLuaSettings } from "./merge-lua-settings.ts";

const OURS = `${JSON.stringify(luaSettings([".llmspell/types"]), null, 2)}\n`;

test("settings that hold all stay as they are written", () => {
  const own = JSON.stringify(JSON.parse(OURS));
  expect(mergeLuaSettings(own, OURS)).toBe(own);
});

test("a user's own settings win, lists are joined, nested and dotted keys are found", () => {
  const own = {
    $schema: "x",
    "runtime.version": "LuaJIT",
    workspace: { library: ["/usr/share/lua"], checkThirdParty: "Ask" },
    runtime: { builtin: { io: "enable" } },
    diagnostics: { globals: ["vim"] },
  };
  const merged = JSON.parse(mergeLuaSettings(JSON.stringify(own), OURS) ?? "");
  expect(merged).toMatchObject({
    $schema: "x",
    "runtime.version": "LuaJIT",
    workspace: { library: ["/usr/share/lua", ".llmspell/types"], checkThirdParty: "Ask" },
    runtime: { builtin: { io: "enable", os: "disable" } },
    diagnostics: { globals: ["vim"] },
  });
  expect(merged.runtime.version).toBeUndefined();
  const text = JSON.stringify(merged);
  expect(mergeLuaSettings(text, OURS)).toBe(text);
});

test("what is no JSON object is left alone", () => {
  expect(mergeLuaSettings("{ // comment\n}", OURS)).toBeUndefined();
  expect(mergeLuaSettings("[]", OURS)).toBeUndefined();
});
