import { describe, expect, it, test } from "vitest";
import type { ScriptObject, ScriptValue } from "../../values/script-value.ts";
import { planCondition, planValue } from "../fill.ts";

const DATA: ScriptObject = {
  a: { output: { n: 3, list: [1, 2, 3], name: "Ada", empty: "" }, status: "completed" },
  "fetch-page": { output: "page" },
  topic: "tides",
  none: null,
};

const problems: string[] = [];
const lookup = (name: string): ScriptValue => (Object.hasOwn(DATA, name) ? DATA[name] : undefined);
const refuse = (_: readonly PropertyKey[], message: string) => void problems.push(message);
const fill = (value: ScriptValue) => planValue(value, refuse).fill(lookup);
const holds = (text: string) => {
  const condition = planCondition(text, refuse);
  return typeof condition !== "function" && condition.fill(lookup);
};

describe("a template", () => {
  test.each<[ScriptValue, ScriptValue]>([
    ["plain", "plain"],
    ["on {{topic}}, {{ a.output.n }}", "on tides, 3"],
    ["{{ a.output.list }}", [1, 2, 3]],
    ["{{ a.output.list }}!", "[1,2,3]!"],
    ["{{ a.output.list[0] }}{{ a.output.list.1 }}{{ a.output['list'][-1] }}", "123"],
    ["{{ fetch-page.output | upper }}", "PAGE"],
    ["{{ missing.deep | default: '-' }}", "-"],
    ["{{ missing or topic }}", "tides"],
    ['{{ a.output.list | join: ", " | replace: ",", ";" }}', "1; 2; 3"],
    ["{{ 'abcdef' | truncate: 4, '..' }}", "ab.."],
    ["{{ a.output.n * 2 - 1 }}", 5],
    ["{{ none }}-", "-"],
    ['{{ "{{" }} and }}', "{{ and }}"],
    [{ deep: ["{{ topic }}", 1, { x: "{{ a.output.n }}" }] }, { deep: ["tides", 1, { x: 3 }] }],
    ["{{ a.output.list | where: 'x' | size }}", 0],
    ["{{ [1, 'b'] | json }}", '[1,"b"]'],
  ])("%j", (template, expected) => {
    expect(fill(template)).toEqual(expected);
  });

  test.each([
    ["{{ nowhere.output }}", /nowhere\.output has no value/],
    ["{{ a.output.toString }}", /has no value/],
    ["{{ a.output.__proto__ }}", /has no value/],
    ["{{ topic.length }}", /has no value/],
    ["{{ topic * 2 }}", /"tides" is no number/],
    ["{{ topic | first | keys }}", /is no object/],
    ["{{ topic | replace: 't', longer }}", /has no value/],
  ])("%s fails when it is filled", (template, message) => {
    expect(() => fill(template)).toThrow(message);
  });

  test.each([
    ["{{ a. }}", /unexpected end, expected a name/],
    ["{{ a | nope }}", /no filter is called "nope"/],
    ["{{ a", /without }}/],
    ["{{ }}", /empty/],
    ["{{ a b }}", /unexpected "b"/],
    ["{{ process.exit() }}", /unexpected "\("/],
    [`{{ ${"(".repeat(60)}1${")".repeat(60)} }}`, /levels deep/],
    [`{{ ${"x + ".repeat(4000)}1 }}`, /at most 10000 characters/],
  ])("%s is refused", (template, message) => {
    problems.length = 0;
    fill2(template);
    expect(problems[0]).toMatch(message);
  });
});

function fill2(template: string): void {
  planValue(template, refuse);
}

describe("a condition", () => {
  test.each([
    ["a.output.n > 2 and not (topic == 'x')", true],
    ["a.output.n > 5 or a.output.list contains 2", true],
    ["'id' in topic", true],
    ["missing.output > 3", false],
    ["missing", false],
    ["missing == nil", true],
    ["a.output.empty", false],
    ["{{ topic }}", true],
    ["{{ a.output.n }} > 2", true],
    ["a.output.n == '3'", true],
    ["a.status != 'failed'", true],
    ["'10' > 9", true],
    ["0 or []", false],
  ])("%s: %s", (text, expected) => {
    expect(holds(text)).toBe(expected);
  });
});

it("grows no text beyond its bound", () => {
  expect(() =>
    planValue(`{{ '${"a".repeat(9000)}' | replace: 'a', big }}`, refuse).fill(() => "b".repeat(9000)),
  ).toThrow(/too long/);
});
