import { beforeAll, describe, expect, it } from "vitest";
import type { ScriptEngine } from "../../engine/script-engine.ts";
import { LlmspellError } from "../../errors.ts";
import { type ScriptFunction, type ScriptValue, TextValue } from "../../values/script-value.ts";
import { errorOf, openRun, type FakeRunOptions } from "../lua/fake-host.ts";
import { createTengoEngine } from "./tengo-engine.ts";

let engine: ScriptEngine;
beforeAll(async () => {
  engine = createTengoEngine();
  await engine.initialize({ poolSize: 0 });
});

const api: FakeRunOptions["bridges"] = {
  api: {
    call: (fn, ...args) => (fn as ScriptFunction).invoke(args),
    fail: () => {
      throw new LlmspellError("my.failure", "no luck", { retryable: true, hint: "try", details: { n: 1 } });
    },
    take: (value) => value ?? null,
  },
};
const run = (code: string, options: FakeRunOptions = {}): Promise<ScriptValue> =>
  openRun(engine, { bridges: api, ...options }).run(code, "spell.tengo");
const placesOf = ({ frames = [] }: LlmspellError) => frames.map(({ file, line }) => `${file}:${line}`);

describe("an error value that leaves the script", () => {
  it("ends it with what it holds, where it was made", async () => {
    const error = await errorOf(
      run(`
inner := func() {
  return error({code: "my.code", message: "why", retryable: true, details: {list: [1]}, hint: "do"})
}
outer := func() {
  e := inner()
  return e
}
export outer()`),
    );
    expect(error.toData()).toMatchObject({
      code: "my.code",
      message: "why",
      retryable: true,
      details: { list: [1] },
      hint: "do",
    });
    expect(placesOf(error)[0]).toBe("spell.tengo:3");
    expect(placesOf(error)).toContain("spell.tengo:6");
  });

  it("of a bridge tells the line of the call", async () => {
    const error = await errorOf(run("\n\ne := api.fail()\n\nexport e"));
    expect(error.toData()).toMatchObject({ code: "my.failure", hint: "try", details: { n: 1 } });
    expect(placesOf(error)).toEqual(["spell.tengo:3"]);
  });

  it.each([
    ['error("plain")', "plain"],
    ["error(42)", "42"],
    ["error(undefined)", "error"],
    ["error({reason: [1]})", "{reason: [1]}"],
  ])("%s has a message", async (made, message) => {
    expect(await errorOf(run(`export ${made}`))).toMatchObject({ code: "script.error", message });
  });

  it("is a failure to whom called its function, and data inside of data", async () => {
    expect(
      await run(`
failed := api.call(func() { return error({code: "my.code", message: "why"}) })
passed := api.call(func() { return [error({code: "my.code", message: "why"})] })
export [is_error(failed), failed.value.code, is_error(passed), is_error(passed[0]), passed[0].value.code]`),
    ).toEqual([true, "my.code", false, true, "my.code"]);
  });
});

describe("functions that the host calls", () => {
  it("get as many arguments as they take, whatever they are", async () => {
    expect(
      await run(`
export [
  api.call(func() { return "none" }, 1, 2),
  api.call(func(a) { return a }, false, 2),
  api.call(func(a, b, c) { return [a, b, is_undefined(c)] }, false, 2),
  api.call(func(a, ...rest) { return [a, rest] }, 1, false, 3)
]`),
    ).toEqual(["none", false, [false, 2, true], [1, [false, 3]]]);
  });
});

describe("arguments of the host's functions", () => {
  it("that contain themselves, or are nested too deeply, make the call an error", async () => {
    const code = `
m := {}
m.self = m
list := []
for i := 0; i < 5000; i++ { list = [list] }
export [api.take(m).value.code, is_error(api.take(list))]`;
    expect(await run(code)).toEqual(["value.cycle", true]);
  });
});

describe("the order of evaluation", () => {
  it("is that of the text, where a call changes a variable that is read next to it", async () => {
    const code = `
x := 0
next := func() { x++; return x }
m := {get: func() { return next() }}
export [[m.get(), x, m.get(), x], {a: next(), b: x, c: next()}, x + next() * x]`;
    expect(await run(code)).toEqual([[1, 1, 2, 2], { a: 3, b: 3, c: 4 }, 4 + 5 * 5]);
  });
});

describe("an answer of a model", () => {
  it("is text to all that takes text, but for ==", async () => {
    const code = `
r := api.answer()
t := import("text")
m := {}
m[r] = 1
seen := []
for c in r { seen = append(seen, c) }
export [
  "a " + r, r + 1, r[0], r[1:], len(r), bool(r), is_string(r), m.hey, seen, r < "i", "a" < r, r >= r, int(api.number()) + 1,
  t.to_upper(r), t.contains(r, "e"), t.join([r, r], "-"), format("%s %v %q", r, r, r), string(r) == "hey", r == "hey", r == r,
  r.usage.tokens
]`;
    const bridges = {
      api: {
        answer: () => new TextValue("hey", { usage: { tokens: 3 } }),
        number: () => new TextValue("12", {}),
      },
    };
    const [h, e, y] = ["h", "e", "y"].map((letter) => letter.charCodeAt(0));
    expect(await run(code, { bridges })).toEqual(
      ["a hey", "hey1", h, "ey", 3, true, true, 1, [h, e, y], true, true, true, 13].concat([
        "HEY",
        true,
        "hey-hey",
        'hey hey "hey"',
        true,
        false,
        true,
        3,
      ] as never[]),
    );
  });

  it("is not compared with what is no text", async () => {
    const bridges = { api: { answer: () => new TextValue("hey", {}) } };
    expect(await errorOf(run("export api.answer() < 1", { bridges }))).toMatchObject({ code: "script.error" });
    expect(await errorOf(run('export "a" < 1', { bridges }))).toMatchObject({ code: "script.error" });
  });
});

describe("modules", () => {
  it("are loaded once, and share what they hold", async () => {
    const modules = {
      counter: "n := 0\nexport {next: func() { n++; return n }}",
      user: 'counter := import("counter")\nexport {next: func() { return counter.next() }}',
    };
    const code = 'a := import("counter")\nb := import("user")\na.next()\nexport [b.next(), import("counter").next()]';
    expect(await run(code, { modules })).toEqual([2, 3]);
  });
});

it("no float is false but NaN", async () => {
  expect(
    await run("zero := 0.0\nnan := zero / zero\nexport [bool(zero), bool(nan), !zero, nan ? 1 : 2, nan || 3, bool(0)]"),
  ).toEqual([true, false, false, 2, 3, false]);
});
