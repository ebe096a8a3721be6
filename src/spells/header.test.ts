import { expect, test } from "vitest";
import type { LlmspellError } from "../errors.ts";
import { parseDocument } from "../documents/parse-document.ts";
import { findHeader } from "./header.ts";

async function headerOf(script: string) {
  const header = findHeader(script, "spell");
  return header && (await parseDocument(header.text, "yaml", header));
}

const BODY = ["name: tides", "parameters:", "  topic: { type: string }"];
const commented = (mark: string) => ["---", ...BODY, "---"].map((line) => `${mark}${line}`).join("\n");

test.each([
  ["Lua lines", `${commented("-- ")}\nprint(1)`, 2],
  ["JavaScript lines", `${commented("// ")}\nprint(1)`, 2],
  ["lines without a space", `${commented("//")}\nprint(1)`, 2],
  ["after a shebang", `#!/usr/bin/env llmspell\n${commented("-- ")}\n`, 3],
  ["after blank lines and prose", `\n-- Tells of tides.\n--\n${commented("-- ")}`, 5],
  ["a byte order mark", `\uFEFF${commented("// ")}`, 2],
  ["Windows line ends", commented("-- ").replaceAll("\n", "\r\n"), 2],
  ["a Lua block", `--[[\n${commented("")}\n]]\nprint(1)`, 3],
  ["a long Lua block", `--[==[\n${commented("")}\n]==] print(1)`, 3],
  ["a JavaScript block", `/*\n${commented("")}\n*/`, 3],
  ["a JavaScript block with stars", `/**\n${commented(" * ")}\n */`, 3],
  ["a block that opens and closes with it", `/*---\n${BODY.join("\n")}\n---*/`, 2],
])("%s", async (_, script, line) => {
  const document = await headerOf(script);
  expect(document?.value).toEqual({ name: "tides", parameters: { topic: { type: "string" } } });
  const place = document?.placeOf(["parameters", "topic"]);
  expect(place?.line).toBe(line + 2);
  const lines = script.replace("\uFEFF", " ").split(/\r?\n/);
  expect(lines[line + 1]?.slice((place?.column ?? 0) - 1)).toMatch(/^topic/);
});

test.each([
  ["no comment", "print(1)\n-- ---\n-- name: x\n-- ---"],
  ["a line for the eye", "-- ---\n-- My spell\n-- ---\nprint(1)"],
  ["after code", `local x = 1\n${commented("-- ")}`],
  ["nothing", ""],
  ["a text that looks like one", `return [[\n${commented("")}\n]]`],
])("%s is no header", async (_, script) => expect(await headerOf(script)).toBeUndefined());

test("a header that does not end says where it starts", () => {
  const error = (() => {
    try {
      return findHeader("\n-- ---\n-- name: x\nprint(1)\n-- ---", "s.lua");
    } catch (thrown) {
      return thrown as LlmspellError;
    }
  })() as LlmspellError;
  expect(error).toMatchObject({ code: "manifest.invalid", frames: [{ file: "s.lua", line: 2, text: "-- ---" }] });
});
