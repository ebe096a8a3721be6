import { expect, test } from "vitest";
import { topLevelRequires } from "./requires.ts";

test.each<[string, [string, number][]]>([
  [
    'local a = require("a")\nlocal b = require "b.c"\nlocal c = require\n  (\n  \'d\')',
    [
      ["a", 1],
      ["b.c", 2],
      ["d", 5],
    ],
  ],
  ["-- require('x')\n--[[ require('y') ]] --[==[ ]] require('z') ]==]\nrequire('a')", [["a", 3]]],
  ["local s = [[ require('x') ]] .. \"require('y')\" require('a')", [["a", 1]]],
  ["if x then require('x') else require('y') end require('a')", [["a", 1]]],
  [
    "local function f() require('x') end while x do require('y') end for i = 1, 2 do require('y') end require('a')",
    [["a", 1]],
  ],
  ["repeat require('x') until require('y')", [["y", 1]]],
  ["do require('x') end local t = { require('a') }", [["a", 1]]],
  ["pcall(require, 'x') my.require('x') my:require('x') require(name) require('x' .. y) local require_all = 'x'", []],
  ["local a = 'it\\'s' .. require('a')", [["a", 1]]],
])("%j", (source, expected) =>
  expect(topLevelRequires(source).map(({ name, line }) => [name, line])).toEqual(expected),
);
