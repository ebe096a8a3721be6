import { expect, test } from "vitest";
import { BRIDGE_NAMES, loadBridge } from "../../runtime/bridge-sources.ts";
import { scriptApiOf } from "../../typings/script-api.ts";
import { createProgram } from "../program.ts";
import { agentsPage } from "./agents-page.ts";

const api = scriptApiOf(BRIDGE_NAMES.map(loadBridge));
const page = agentsPage(api, "lua");

test("the page names every global with every method", () => {
  for (const { name, methods } of api.globals) {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? "";
    const named = row.slice(row.indexOf("|", 2)).match(/\w+/g) ?? [];
    expect({ name, named }).toEqual({ name, named: methods.map((method) => method.name) });
  }
});

test("the commands that it tells are there", () => {
  const known = new Set(createProgram(undefined).commands.map((command) => command.name()));
  const told = [...page.matchAll(/`llmspell ([a-z]+)/g)].map((match) => match[1]);
  expect(told.length).toBeGreaterThan(4);
  expect(told.filter((name) => !known.has(name as string))).toEqual([]);
});

test("it is short enough to be read", () => {
  expect(page.split("\n").length).toBeLessThan(110);
});
