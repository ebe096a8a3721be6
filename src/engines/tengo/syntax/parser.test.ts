import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "./parser.ts";
import { Source } from "./problems.ts";

const cases = JSON.parse(readFileSync("/work/shared/conformance/tengo/cases.json", "utf8")) as any[];
describe("parser", () => {
  for (const c of cases) {
    if (!c.kind.startsWith("parse") && c.kind !== "run" && c.kind !== "compile-ok") continue;
    it(`${c.kind} ${c.name}`, () => {
      let err = "";
      try {
        parse(new Source("test", c.input));
      } catch (e: any) {
        if (!e.frames) throw e;
        err = `Parse Error: ${e.message}\n\tat test:${e.frames[0].line}:${e.frames[0].column}`;
      }
      if (c.kind === "parse-error") expect(err).toBe(c.errorFull);
      else expect(err).toBe("");
    });
  }
});
