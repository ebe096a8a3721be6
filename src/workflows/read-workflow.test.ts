import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fileSchemas } from "../bridges/workflow-schemas.ts";
import { graphOf } from "./graph/workflow-graph.ts";
import { drawMermaid } from "./graph/mermaid.ts";
import { drawSvg } from "./graph/svg.ts";
import { planWorkflow } from "./plan-workflow.ts";
import { checkWorkflowText } from "./read-workflow.ts";
import { WORKFLOW_TEMPLATES, workflowTemplate } from "./templates.ts";

const problems = async (text: string, file = "flow.yaml") =>
  (await checkWorkflowText(text, file, fileSchemas)).problems.map(({ code, message, frames }) => {
    const { line, column } = frames?.[0] ?? {};
    return `${line}:${column} ${code} ${message.replace(`${file}: `, "")}`;
  });

describe("a file of a workflow", () => {
  test("tells all that is wrong with its keys, each where it stands", async () => {
    const text = "name: x\nsteps:\n  - promt: hello\n  - prompt: y\n    retry: { max_attempts: many }\n";
    expect(await problems(text)).toEqual([
      expect.stringMatching(/^3:5 workflow\.invalid unknown key "promt" \(did you mean "prompt"\?\)/),
      expect.stringMatching(/^5:5 workflow\.invalid retry/),
    ]);
  });

  test.each([
    ["steps:\n  - { name: a, prompt: '{{ b | nope }}' }\n", /^2:\d+ workflow\.template no filter/],
    [
      "type: dag\nsteps:\n  - { name: a, prompt: x, depends_on: zz }\n",
      /^3:\d+ workflow\.missing_step "a" depends on "zz"/,
    ],
    [
      "steps:\n  - { name: a, depends_on: b, prompt: x }\n  - { name: b, prompt: '{{ a.output }}' }\n",
      /workflow\.cycle steps depend on each other in a circle: a -> b -> a/,
    ],
    [
      "steps:\n  - { name: a, prompt: '{{ b.output }}' }\n  - { name: b, prompt: x }\n",
      /workflow\.missing_step b\.output is read before/,
    ],
    [
      "agents: { w: { system: Short, plain texts. } }\nsteps:\n  - { name: a, agent: w, prompt: x }\n",
      /^1:\d+ workflow\.invalid unknown key "plain texts."; it has no value: a text that holds a comma wants quotes/,
    ],
    [
      "agents: { w: { sytem: x } }\nsteps:\n  - { name: a, agent: w }\n",
      /^1:\d+ workflow\.invalid unknown key "sytem" \(did you mean "system"\?\)/,
    ],
    [
      "agents: { w: { memory: { max_mesages: 3 } } }\nsteps:\n  - { name: a, agent: w }\n",
      /^1:\d+ workflow\.invalid unknown key "max_mesages" \(did you mean "max_messages"\?\)/,
    ],
    ["input: { topic: strng }\nsteps: [{ prompt: x }]\n", /^1:\d+ workflow\.invalid .*"strng" is no type/],
    [
      "steps:\n  - { name: first, prompt: x }\n  - { prompt: '{{ frist.output }}' }\n",
      /^3:\d+ workflow\.missing_step frist\.output: there is no step "frist" \(did you mean "first"\?\)/,
    ],
    [
      "steps:\n  - { prompt: '{{ nostep.output }}' }\n",
      /^2:\d+ workflow\.missing_step .* there is no step "nostep"; a field of the input is read as input\.nostep/,
    ],
    [
      "input: { topic: string }\nsteps:\n  - { prompt: '{{ topc }}' }\n",
      /^3:\d+ workflow\.missing_step topc: there is neither a step nor an input "topc" \(did you mean "topic"\?\)/,
    ],
    [
      "steps:\n  - { name: all, items: '{{ a.output }}', steps: [{ prompt: x }] }\n",
      /^2:\d+ workflow\.missing_step a\.output: there is no step "a"/,
    ],
    [
      "steps:\n  - { name: all, steps: [{ name: one, prompt: x }] }\noutput: '{{ one.output }}'\n",
      /^3:\d+ workflow\.missing_step .* "one" stands inside of "all", and is read as all\.steps\.one/,
    ],
    [
      "steps:\n  - { name: a, prompt: x }\n  - { prompt: '{{ a.ouput }}' }\n",
      /^3:\d+ workflow\.template a\.ouput: a step has no "ouput" \(did you mean "output"\?\)/,
    ],
    ["steps: [", /workflow\.invalid/],
    ["- 1", /workflow\.invalid/],
    [
      `steps: [${Array.from({ length: 1001 }, () => "{ prompt: x }").join(", ")}]`,
      /workflow\.limit a workflow has at most 1000 steps/,
    ],
    [`${nest(17)}`, /workflow\.limit steps are nested/],
  ])("%#: one problem", async (text, expected) => {
    expect(await problems(text)).toEqual([expect.stringMatching(expected)]);
  });

  test.each([
    "steps:\n  - { prompt: '{{ topic }} {{ ticket.status }} {{ input.x.output }} {{ vars.y }}' }\n",
    "input: { report: object }\nsteps:\n  - { prompt: '{{ report.output }}' }\n",
    "input: { type: object, properties: { a: { type: string } }, additionalProperties: true }\nsteps: [{ prompt: '{{ b }}' }]\n",
    "type: loop\nitems: [1]\nas: part\nsteps:\n  - { name: a, prompt: '{{ part.output }} {{ item }} {{ last }}' }\noutput: '{{ a.output }}'\n",
    "type: conditional\nbranches:\n  - { condition: true, steps: [{ name: a, prompt: x }] }\noutput: '{{ a.output }}'\n",
    "steps:\n  - { name: a, prompt: x, fallback: { name: b, prompt: '{{ error.message }}' } }\n  - { prompt: '{{ b.output }} {{ a.fallback }}' }\n",
    "steps:\n  - { name: a, steps: [{ name: b, prompt: x }] }\n  - { prompt: '{{ a.steps.b.output }}' }\n",
  ])("%#: names of inputs, items, branches and fallbacks are known", async (text) => {
    expect(await problems(text)).toEqual([]);
  });
});

function nest(levels: number): string {
  const step = Array.from({ length: levels }).reduce<string>((inner) => `{ steps: [${inner}] }`, "{ prompt: x }");
  return `steps: [${step}]`;
}

test.each(WORKFLOW_TEMPLATES)("the ready-made workflow %s has no problem, and is drawn", (name) => {
  const plan = planWorkflow(workflowTemplate(name), name);
  const graph = graphOf(plan);
  const svg = drawSvg(graph);
  for (const { label } of graph.nodes) expect(svg).toContain(label.slice(0, 4).replace(/["<>&']/g, ""));
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test("a drawing shows labels as text, whatever they are", () => {
  const plan = planWorkflow({ steps: [{ name: "a", tool: '"><script>alert(1)</script>' }] }, "<b>");
  const svg = drawSvg(graphOf(plan));
  expect(svg).not.toContain("<script");
  expect(svg).toContain("&#60;script");
});

test("a graph with very many edges is drawn, in time", () => {
  const before = (index: number) => Array.from({ length: Math.min(40, index) }, (_, back) => `s${index - 1 - back}`);
  const steps = Array.from({ length: 400 }, (_, index) => ({ name: `s${index}`, wait: 0, dependsOn: before(index) }));
  const svg = drawSvg(graphOf(planWorkflow({ type: "dag", steps }, "dense")));
  expect(svg.match(/<path class="edge/g)?.length).toBeGreaterThan(10_000);
  expect(svg).not.toMatch(/NaN|Infinity/);
});

test("a drawing as text holds no control characters", () => {
  const plan = planWorkflow({ steps: [{ name: "a", tool: "\u001b[2J\n%%{init: {}}%%" }] }, "flow");
  const drawing = drawMermaid(graphOf(plan));
  expect(drawing).toContain("#91;2J %%");
  expect(drawing.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
});

test("the page names every filter", async () => {
  const { FILTERS } = await import("./expressions/filters.ts");
  const page = readFileSync(new URL("../../docs/workflows.md", import.meta.url), "utf8");
  const missing = Object.keys(FILTERS).filter((name) => name !== "length" && !page.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});
