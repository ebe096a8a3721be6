import { describe, expect, test } from "vitest";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { TextValue } from "../values/script-value.ts";
import { templateBridge } from "./template.ts";

const { call, fail } = createBridgeHarness([templateBridge]);
const render = (template: string, values: object = {}, options: object = {}) =>
  call("template.render", [template, values, options]);

test.each([
  ["Hello {{ name }}!", { name: "Ada" }, "Hello Ada!"],
  ["{{ step.output.title | upcase }}", { step: { output: { title: "x" } } }, "X"],
  ["{{ a.b[1].c }} {{ a['b'][0] }}", { a: { b: [1, { c: 2 }] } }, "2 1"],
  ["{% if n > 1 %}many{% elsif n == 1 %}one{% else %}none{% endif %}", { n: 1 }, "one"],
  [
    "{% for x in list %}{{ forloop.index }}:{{ x }}{% unless forloop.last %}, {% endunless %}{% endfor %}",
    { list: ["a", "b"] },
    "1:a, 2:b",
  ],
  ["{{ object }} {{ list }} {{ nothing }}", { object: { a: 1 }, list: [1, "x"], nothing: null }, '{"a":1} [1,"x"] '],
  ["{{ missing | default: 'none' }}{% if missing %}x{% endif %}", {}, "none"],
  [
    "{{ big }} {{ flag }} {{ at }}",
    { big: 2n ** 62n, flag: true, at: new Date(0) },
    "4611686018427387904 true 1970-01-01T00:00:00.000Z",
  ],
  ["{{ at | date: '%Y-%m-%d' }}", { at: "2026-01-02T03:04:05Z" }, "2026-01-02"],
  ["{{ answer }}", { answer: new TextValue("42", { usage: {} }) }, "42"],
  ["{% raw %}{{ x }}{% endraw %}", {}, "{{ x }}"],
  ["{{ html | strip_html }}", { html: "<p>a</p><script>b</script>" }, "a"],
  ["no markup { } at all", {}, "no markup { } at all"],
])("%s", (template, values, expected) => {
  expect(render(template, values)).toBe(expected);
});

describe("options", () => {
  test("lenient templates leave missing values out", () => {
    expect(render("[{{ a.b }}]", {}, { strict: false })).toBe("[]");
  });

  test("html escapes outputs, but raw ones", () => {
    expect(render("{{ x }} {{ x | raw }}", { x: "<b>" }, { escape: "html" })).toBe("&lt;b&gt; <b>");
  });

  test("partials are templates by name, and nothing else can be read", async () => {
    expect(render("{% render 'row', item: 5 %}", {}, { partials: { row: "<{{ item }}>" } })).toBe("<5>");
    expect((await fail("template.render", ["{% render 'package.json' %}", {}])).code).toBe("parse.invalid");
    expect((await fail("template.render", ["{% include '../../etc/passwd' %}", {}])).code).toBe("parse.invalid");
  });
});

test("a missing value is named with its place", async () => {
  expect(await fail("template.render", ["a\n{{ step.output }}", { step: {} }])).toMatchObject({
    code: "template.missing",
    details: { name: "step.output", line: 2, column: 4 },
  });
});

test.each([
  ["{{ a", 1],
  ["x\n{% if a %}", 2],
  ["{{ 1 | nosuchfilter }}", 1],
  ["{% nosuchtag %}", 1],
  ["{% endfor %}", 1],
  ["{{ 'now' | date: '%Y' }}", 1],
  ["{{ 'a,b' | split: ',' | sample }}", 1],
])("refuses %s", async (template, line) => {
  expect(await fail("template.render", [template, {}])).toMatchObject({ code: "parse.invalid", details: { line } });
});

test("prototypes and host objects are out of reach", async () => {
  for (const path of [
    "o.constructor",
    "o.__proto__",
    "o.toString",
    "s.constructor",
    "l.constructor",
    "l.map",
    "o.hasOwnProperty",
  ]) {
    expect([path, (await fail("template.render", [`{{ ${path} }}`, { o: {}, s: "x", l: [1] }])).code]).toEqual([
      path,
      "template.missing",
    ]);
  }
  expect((await fail("template.render", ["{{ f }}", { f: () => "called" }])).code).toBe("value.unsupported");
  const own = JSON.parse('{"__proto__": {"x": 1}}') as object;
  expect(render("{{ o }}", { o: own })).toBe('{"__proto__":{"x":1}}');
});

test("work and output are bounded", async () => {
  const started = performance.now();
  const nested = "{% for a in (1..10000) %}{% for b in (1..10000) %}x{% endfor %}{% endfor %}";
  expect((await fail("template.render", [nested, {}])).code).toBe("value.too_large");
  const doubling = `{% assign s = "xxxxxxxxxx" %}${"{% assign s = s | append: s %}".repeat(30)}{{ s }}`;
  expect((await fail("template.render", [doubling, {}])).code).toBe("value.too_large");
  expect((await fail("template.render", ["{% for i in (1..1000000000) %}{% endfor %}", {}])).code).toBe(
    "value.too_large",
  );
  expect((await fail("template.render", ["{% render 'a' %}", {}, { partials: { a: "{% render 'a' %}" } }])).code).toBe(
    "value.too_large",
  );
  expect((await fail("template.render", [`${"{% if true %}".repeat(20_000)}`, {}])).code).toMatch(
    /^(value\.too_large|parse\.invalid)$/,
  );
  expect(performance.now() - started).toBeLessThan(20_000);
}, 30_000);

test("variables lists what a template reads; validate says what is wrong", async () => {
  expect(
    call("template.variables", [
      "{{ step.output }} {% for x in list %}{{ x.name }}{% endfor %} {{ user.name | upcase }}",
    ]),
  ).toEqual(["step.output", "list", "user.name"]);
  expect(call("template.validate", ["{{ a }}"])).toBeNull();
  expect(call("template.validate", ["{{ a"])).toContain("not closed");
  expect((await fail("template.variables", ["{{ a"])).code).toBe("parse.invalid");
  expect((await fail("template.validate", [5])).code).toBe("input.invalid");
});
