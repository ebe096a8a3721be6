import { afterAll, describe, expect, it } from "vitest";
import { createRuntime } from "./create-runtime.ts";

const runtime = createRuntime();
afterAll(() => runtime.shutdown());

type Language = "lua" | "javascript" | "tengo";

/** Line 2 of a function that fails, in each language: `around` takes the function. */
const FAILING: Record<Language, string> = {
  lua: "function()\n  return (nil).field\nend",
  javascript: "() => {\n  return undefined.field;\n}",
  tengo: "func() {\n  return (1).a.b\n}",
};
const LANGUAGES = Object.keys(FAILING) as Language[];
/** A literal of one member that is a function, and the statement behind it. */
const member = (language: Language, name: string, fn: string) =>
  language === "lua" ? `{ ${name} = ${fn} }` : `{${name}: ${fn}}`;
const waited = (language: Language, call: string) => (language === "javascript" ? `await ${call}` : call);
const made = (language: Language, name: string, call: string) =>
  ({ lua: `local ${name} = ${call}`, javascript: `const ${name} = ${call}`, tengo: `${name} := ${call}` })[language];
const ended = (language: Language, call: string) =>
  `${language === "tengo" ? "export" : "return"} ${waited(language, call)}`;
const listOf = (language: Language, item: string) => (language === "lua" ? `{ ${item} }` : `[${item}]`);

const PLACES: Record<string, { code: string; script(language: Language, fn: string): string }> = {
  "a step's function": {
    code: "workflow.failed",
    script: (l, fn) =>
      `${made(l, "flow", `workflow.create(${member(l, "steps", listOf(l, member(l, "fn", fn)))})`)}\n${ended(l, "flow.run()")}`,
  },
  "a hook": {
    code: "hook.blocked",
    script: (l, fn) => `hooks.register("beforeGenerate", ${fn})\n${ended(l, 'llm.chat("hi")')}`,
  },
  "a guardrail": {
    code: "guardrail.failed",
    script: (l, fn) => `guardrails.add(${member(l, "check", fn)})\n${ended(l, 'llm.chat("hi")')}`,
  },
  "a task of async.all": {
    code: "script.error",
    script: (l, fn) => `${made(l, "tasks", listOf(l, fn))}\n${ended(l, "async.all(tasks)")}`,
  },
  "util.retry": {
    code: "script.error",
    script: (l, fn) => `${made(l, "work", fn)}\n${ended(l, "util.retry(work)")}`,
  },
};

describe("an error in a function that was handed on names its own line", () => {
  for (const [place, { code, script }] of Object.entries(PLACES)) {
    it.each(LANGUAGES)(`in ${place} of %s`, async (engine) => {
      const result = await runtime.exec(script(engine, FAILING[engine]), { engine });
      const error = result.ok ? undefined : result.error;
      expect(error).toMatchObject({ code });
      expect(error?.frames?.[0]).toMatchObject({ line: 2 });
    });
  }

  it.each(LANGUAGES)("in a handler of events of %s, which ends nothing: it is logged", async (engine) => {
    const logs: unknown[] = [];
    const code = `events.on("job.done", ${FAILING[engine]})\nevents.emit("job.done", {})\n${waited(engine, "events.flush()")}`;
    const result = await runtime.exec(code, { engine, onLog: (event) => void logs.push(event) });
    expect(result.ok).toBe(true);
    expect(logs).toMatchObject([{ level: "warn", fields: { code: "script.error", at: expect.stringMatching(/:2$/) } }]);
  });

  it.each(LANGUAGES)("in a tool of an agent of %s, which tells its model: it is logged once", async (engine) => {
    const tool =
      engine === "lua"
        ? `{ name = "lookup", parameters = { n = "integer" }, execute = ${FAILING.lua} }`
        : `{name: "lookup", parameters: {n: "integer"}, execute: ${FAILING[engine]}}`;
    const logs: { message: string }[] = [];
    const ask = `agent.create(${member(engine, "tools", listOf(engine, tool))}).run("What is 7? Use lookup with n=7.")`;
    const result = await runtime.exec(waited(engine, ask), { engine, onLog: (event) => void logs.push(event) });
    expect(result.ok).toBe(true);
    const told = logs.filter(({ message }) => message.includes("lookup"));
    expect(told).toMatchObject([{ level: "warn", fields: { code: "tool.failed", at: expect.stringMatching(/:2$/) } }]);
  });
});

describe("what is called and not there is named, with what is near", () => {
  const own = (language: Language) => made(language, "mine", "{}");
  const clerk = (language: Language) => made(language, "clerk", "agent.create({})");
  const CASES: [string, (language: Language) => string, object][] = [
    [
      "a method of a bridge",
      () => "agent.creat()",
      { message: 'agent has no method "creat"', hint: 'Did you mean "create"?' },
    ],
    [
      "a method of a handle",
      (l) => `${clerk(l)}\n${waited(l, 'clerk.add_tol("x")')}`,
      { message: 'clerk has no method "add_tol"', hint: 'Did you mean "add_tool"?' },
    ],
    ["a global", () => "workflw.create()", { hint: 'Did you mean "workflow"?' }],
    [
      "in a function that was handed on",
      (l) =>
        `${made(l, "work", FAILING[l].replace(/return .*/, 'return json.decod("1")'))}\n${ended(l, `util.retry(work, ${member(l, "attempts", "1")})`)}`,
      { message: 'json has no method "decod"', hint: 'Did you mean "decode"?' },
    ],
    ["what may be the script's own, which stays as it is", (l) => `${own(l)}\nmine.polish()`, { hint: undefined }],
  ];
  for (const [what, script, expected] of CASES) {
    it.each(LANGUAGES)(`${what} in %s`, async (engine) => {
      const result = await runtime.exec(script(engine), { engine });
      const { message, hint } = (result.ok ? {} : result.error) as { message?: string; hint?: string };
      expect({ message, hint }).toMatchObject(expected);
    });
  }
});
