import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { type Problem, typeCheck } from "./fixtures/type-check.ts";
import { typescriptTypings } from "./typescript.ts";

const ROOT = path.join(import.meta.dirname, "../..");

/** `code: message` of the problems of one script. */
function problemsOf(script: string, options?: Parameters<typeof typeCheck>[1]): string[] {
  return typeCheck({ "script.ts": script }, options).map(({ code, message }) => `${code}: ${message.split("\n")[0]}`);
}

/** Top-level `return`: a spell may, a module may not. */
const TOP_LEVEL_RETURN = 1108;

test("the declarations are right by themselves, with strict checks", () => {
  expect(typeCheck({}, { relaxed: false })).toEqual([]);
});

/** Why a script that runs has type errors. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  "conventions/spellings.js": "uses the other spelling",
  "conventions/unknown-names.js": "wrong on purpose",
  "crypto/digests.js": "wrong on purpose",
  "errors/misspelt.js": "wrong on purpose",
  "errors/syntax.js": "wrong on purpose",
  "errors/uncaught-in-callback.js": "wrong on purpose",
  "errors/uncaught-in-waiting-callback.js": "wrong on purpose",
  "http/failures.js": "uses the other spelling",
  "http/streams.js": "uses the other spelling",
  "llm/answers.js": "wrong on purpose",
  "state/create.js": "wrong on purpose",
  "state/global.js": "uses the other spelling",
  "state/store.js": "uses the other spelling",
  "state/stored.js": "options in variables, whose texts TypeScript takes for any; adds to an object",
  "util/retry.js": "uses the other spelling",
  "waiting/in-the-language.js": "joins a symbol to a text on purpose",
};

/** A module that is not there, on purpose or because the test reads the scripts alone. */
const MISSING_MODULE = [2307, 2882];

/** `f(...list)`, where TypeScript cannot know how long the list is. */
const SPREAD = 2556;

const NO_FAULT = new Set([TOP_LEVEL_RETURN, SPREAD, ...MISSING_MODULE]);

test("every script of the examples and the conformance cases has the right types", { timeout: 60_000 }, () => {
  const scripts = { ...scriptsOf("examples"), ...scriptsOf("test/conformance") };
  expect(Object.keys(scripts).length).toBeGreaterThan(100);
  const parsed = Object.fromEntries(Object.entries(scripts).filter(([name]) => name !== "errors/syntax.js"));
  const problems = typeCheck(parsed).filter(({ code }) => !NO_FAULT.has(code));
  const unexpected = problems.filter(({ file }) => !(file in EXCEPTIONS));
  expect(unexpected.map(show)).toEqual([]);
  const excused = new Set([...problems.map(({ file }) => file), "errors/syntax.js"]);
  expect(Object.keys(EXCEPTIONS).filter((name) => !excused.has(name))).toEqual([]);
});

test.each([
  ["an unknown method", 'await llm.ask("hi");', /^2339: .*'ask' does not exist/],
  ["an unknown option", 'await llm.chat("hi", { maxTokns: 5 });', /^2561: .*maxTokens/],
  ["a wrong type", "fs.read(5);", /^2345: /],
  ["a value of an option that there is not", 'state.create({ persistence: "disk" });', /^2322: /],
  ["too few arguments", "fs.write();", /^2554: /],
  ["a text compared with ===", 'const t = await llm.chat("hi"); if (t === "x") print(1);', /^2367: /],
  ["Node", 'require("fs");', /^2591: /],
  ["the DOM", "document.title;", /^2584|^2304: /],
  ["an answer that was not waited for", 'llm.chat("hi").content;', /^2339|^2551: /],
])("%s is an error", (_, script, expected) => {
  const problems = problemsOf(script, { relaxed: false });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(expected);
});

test("results have the types that the VM gives", () => {
  const script = `
    const answer: llmspell.LlmAnswer = await llm.chat("hi");
    const words: string[] = answer.split(" ");
    const tokens: number = answer.usage.totalTokens;
    const whole: llmspell.LlmAnswer = await llm.stream("hi", (piece) => print(piece.length));
    for await (const piece of llm.stream("hi")) print(piece.toUpperCase());
    const list: any[] = data.map([1, 2], (n) => n * 2);
    const later: Promise<any[]> = data.map([1, 2], async (n) => n * 2);
    const vector: number[] = await llm.embed("a");
    const vectors: number[][] = await llm.embed(["a", "b"]);
    const queue = channel.new(2);
    const capacity: number = queue.capacity;
    const [one, two]: [number, string] = await async.all([() => 1, async () => "two"]);
    const task: llmspell.Task<number> = async.spawn((n: number) => n + 1, 1);
    const sum: number = (await task) + one;
    await llm.chat(answer);
    JSON.parse(answer);
    const stat = fs.stat("x");
    const year: number = stat.modified.getFullYear();
    try { fs.read("x"); } catch (e) { if (e instanceof LlmspellError) print(e.code, e.retryable); }
    setTimeout(() => print(words, tokens, whole, list, later, vector, vectors, capacity, two, sum, year), 5);
  `;
  expect(problemsOf(script, { relaxed: false })).toEqual([]);
});

test("functions within options get the types of what they are called with", () => {
  const script = `
    const add = tools.create({ name: "add", parameters: { a: "number" }, execute: (args) => args.a + 1 });
    const desk = agent.create({
      name: "desk",
      tools: [add, "calculator", { name: "double", execute: (args) => args.n * 2 }],
      handoffs: [agent.create({ name: "other" })],
      stopWhen: (step) => step.toolCalls.length > 3,
    });
    const flow = workflow.create({ name: "flow", steps: [(work) => work.input, { name: "say", agent: desk }, { name: "do", tool: add }] });
    flow.addStep({ name: "sum", fn: (work) => work.previous });
    hooks.register("beforeToolCall", (ctx, name, input) => { print(ctx.point, name.length, input); });
    await spells.run("x", {});
    guardrails.add({ name: "own", check: (text) => text.length < 5 });
  `;
  expect(problemsOf(script, { relaxed: false })).toEqual([]);
});

test("parameters of a spell are typed, in a folder of its own and by name", () => {
  const spell = {
    name: "greet-all",
    parameters: [
      { name: "count", type: { kind: "integer" }, optional: false, text: "How often." },
      { name: "tone", type: { kind: "literal", values: ["kind", "rude"] }, optional: true, text: "" },
    ],
  } as const;
  const params = typescriptTypings.parameters([spell], spell);
  const problems = problemsOf("params.count.toFixed(); params.tone?.big(); params.cuont;", { params, relaxed: false });
  expect(problems).toEqual([expect.stringMatching(/^2551: .*cuont.*count/)]);
  const others = typescriptTypings.parameters([spell], undefined);
  const script = '/** @type {llmspell.Parameters["greet-all"]} */\nconst { count, tune } = params;\nprint(count);\n';
  const [problem, ...more] = typeCheck({ "script.js": script }, { params: others });
  expect(more).toEqual([]);
  expect(problem).toMatchObject({ code: 2339, line: 2 });
});

function scriptsOf(folder: string): Record<string, string> {
  const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" });
  return Object.fromEntries(
    files
      .filter((file) => file.endsWith(".js"))
      .map((file) => [file, readFileSync(path.join(ROOT, folder, file), "utf8")]),
  );
}

function show({ file, line, code, message }: Problem): string {
  return `${file}:${line} ${code} ${message}`;
}
