import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { startModelServer } from "../../src/testing/model-server.ts";
import { type ScriptedAnswer, scriptedAnswers } from "../../src/testing/scripted-answers.ts";
import { runCli } from "../support/cli.ts";
import { ROOT } from "../support/root.ts";
import { scratchFolder } from "../support/scratch.ts";

const EXAMPLES = path.join(ROOT, "examples/workflows");
const example = (name: string) => path.join(EXAMPLES, `${name}.yaml`);

/** Runs a workflow whose model answers what is written down. */
async function run(file: string, args: readonly string[], answers: readonly ScriptedAnswer[] = [], cwd?: string) {
  await using model = await startModelServer(scriptedAnswers(answers));
  return await runCli(["workflow", "run", file, "--model", "openai/recorded", "--no-journal", ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { OPENAI_BASE_URL: `${model.url}/v1`, OPENAI_API_KEY: "none" },
  });
}

/** A folder with files. */
function folderOf(files: Readonly<Record<string, string>>) {
  const folder = scratchFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder.path, name), text);
  return folder;
}

const REFUND = '{"kind": "refund", "urgent": true, "summary": "charged twice"}';

describe("the workflows among the examples", () => {
  it.each(["research-pipeline", "ticket-triage"])("%s is right, and can be drawn", async (name) => {
    expect(await runCli(["workflow", "check", example(name)])).toMatchObject({ code: 0, stderr: "" });
    const { stdout } = await runCli(["workflow", "graph", example(name), "--format", "svg"]);
    expect(stdout).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
  });

  it("one researches with agents of its own, its questions at the same time", async () => {
    const answers: ScriptedAnswer[] = [
      '{"questions": ["Why do tides rise?", "When?"]}',
      { text: "The moon.", when: "Why do tides rise?" },
      { text: "Twice a day.", when: "When?" },
      { text: "Tides rise twice a day.", when: "plain, well-ordered" },
      { text: "No source.", when: "weakest point" },
    ];
    const args = ["--param", "topic=tides", "--param", "questions=2", "--quiet"];
    expect(await run(example("research-pipeline"), args, answers)).toEqual({
      code: 0,
      stderr: "",
      stdout: "Tides rise twice a day.\n\nWeakest point: No source.\n",
    });
  });

  it("the other asks a person before money is paid back", async () => {
    const args = ["--param", "ticket=Charged twice", "--quiet"];
    const answers = [REFUND, "It is on its way."];
    expect(await run(example("ticket-triage"), [...args, "--yes"], answers)).toMatchObject({
      code: 0,
      stdout: "refund: It is on its way.\n",
    });
    const nobody = await run(example("ticket-triage"), args, answers);
    expect(nobody.code).not.toBe(0);
    expect(nobody.stderr).toContain("there is nobody to ask: Refund: charged twice?");
    expect(nobody.stdout).toBe("");
  });
});

const GREET = `
name: greet
input:
  name: { type: string, required: true }
  times: { type: integer, default: 1 }
steps:
  - name: say
    tool: calculator
    params: { expression: "{{ input.times }} * 2" }
output: "{{ input.name }} {{ say.output.result }}"
`;

describe("llmspell workflow run", () => {
  it("takes the parameters for what the input declares", async () => {
    using folder = folderOf({ "greet.yaml": GREET });
    const { stdout, stderr, code } = await run(
      "greet.yaml",
      ["--param", "name=7", "--param", "times=21", "--quiet"],
      [],
      folder.path,
    );
    expect({ stdout, stderr, code }).toEqual({ stdout: "7 42\n", stderr: "", code: 0 });
  });

  it.each([
    [[], 'required property "name"'],
    [["--param", "name=Ann", "--param", "times=often"], "/times"],
  ])("says what is wrong with the input %j, and shows no line that the file has not", async (args, part) => {
    using folder = folderOf({ "greet.yaml": GREET });
    const { stdout, stderr, code } = await run("greet.yaml", args, [], folder.path);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("workflow.input");
    expect(stderr).toContain(part);
    expect(stderr).not.toContain("-->");
  });

  it("names the step that failed", async () => {
    using folder = folderOf({
      "bad.yaml": 'steps:\n  - { name: sum, tool: calculator, params: { expression: "1/" } }\n',
    });
    const { stderr, code } = await run("bad.yaml", [], [], folder.path);
    expect(code).not.toBe(0);
    expect(stderr).toContain('step "sum"');
    expect(stderr).toContain("--> bad.yaml:2:5\n");
    expect(stderr).not.toContain("flow.run");
  });

  it("runs spells that lie beside it", async () => {
    using folder = folderOf({
      "twice.lua": "return { sum = params.n * 2 }",
      "flow.yaml":
        'steps:\n  - { name: double, spell: twice.lua, params: { n: 21 } }\noutput: "{{ double.output.sum }}"\n',
    });
    expect(await run("flow.yaml", ["--quiet"], [], folder.path)).toMatchObject({ code: 0, stdout: "42\n" });
  });
});

describe("llmspell workflow check", () => {
  it.each([
    [
      "a cycle",
      "type: dag\nsteps:\n  - { name: a, wait: 1, dependsOn: [b] }\n  - { name: b, wait: 1, dependsOn: [a] }\n",
      "workflow.cycle",
    ],
    ["a missing step", "type: dag\nsteps:\n  - { name: a, wait: 1, dependsOn: [nobody] }\n", "nobody"],
    ["an unknown key", "steps:\n  - { name: a, promt: x }\n", "promt"],
    ["no YAML", "steps: [", "bad.yaml"],
    ["nothing", "", "bad.yaml"],
  ])("tells of %s where it stands", async (_, text, part) => {
    using folder = folderOf({ "bad.yaml": text, "good.yaml": GREET });
    const { stdout, stderr, code } = await runCli(["workflow", "check", "bad.yaml", "good.yaml"], { cwd: folder.path });
    expect(code).not.toBe(0);
    expect(stderr).toContain(part);
    expect(stderr).toContain("bad.yaml");
    expect(stdout).toBe("good.yaml: ok\n");
  });

  it("tells of a file that is not there, for programs too", async () => {
    const { stdout, code } = await runCli(["workflow", "check", "--json", "nowhere.yaml"]);
    expect(code).not.toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      file: "nowhere.yaml",
      ok: false,
      problems: [{ code: "script.not_found" }],
    });
  });
});

it("llmspell workflow graph writes to a file", async () => {
  using folder = folderOf({ "greet.yaml": GREET });
  const made = await runCli(["workflow", "graph", "greet.yaml", "-o", "greet.mmd"], { cwd: folder.path });
  expect(made).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(readFileSync(path.join(folder.path, "greet.mmd"), "utf8")).toMatch(/^flowchart TD[\s\S]*say/);
});
