import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileSchemas } from "../../bridges/workflow-schemas.ts";
import { EXIT, exitCodeOf, LlmspellError, type ScriptFrame } from "../../errors.ts";
import { runSpell } from "../../runtime/run-spell.ts";
import type { RunOptions } from "../../runtime/runtime-options.ts";
import type { Spell } from "../../runtime/spell.ts";
import type { ScriptObject } from "../../values/script-value.ts";
import type { Workflow } from "../../workflows/definition.ts";
import { drawMermaid } from "../../workflows/graph/mermaid.ts";
import { drawSvg } from "../../workflows/graph/svg.ts";
import { graphOf } from "../../workflows/graph/workflow-graph.ts";
import { checkWorkflow } from "../../workflows/plan-workflow.ts";
import { checkWorkflowText, readWorkflowFile, stepFrame } from "../../workflows/read-workflow.ts";
import { workflowInput } from "../../workflows/workflow-input.ts";
import { renderError } from "../render-error.ts";
import { execute, type RunCommand } from "./run.ts";

/** Most bytes of a workflow's file. */
const MAX_BYTES = 10 * 1024 * 1024;

type Params = NonNullable<RunOptions["params"]>;

/** The spell that runs a workflow. What it logs is the progress, what it returns the output. */
const SCRIPT = `
const flow = workflow.create(JSON.parse(DEFINITION));
const shown = { started: "started", finished: "completed", failed: "failed", skipped: "skipped", retried: "is tried again" };
flow.on("*", (event) => {
  const [, part, what] = event.type.split(".");
  if (part !== "step") return;
  const time = event.duration === undefined ? "" : " in " + event.duration + " ms";
  const why = event.error ? ": " + event.error.message : "";
  (what === "failed" ? log.warn : log.info)(event.stepName + " " + shown[what] + time + why);
});
const result = await flow.run(params);
return result.output;
`;

/** `llmspell workflow run FILE`: as a spell, within the permissions of a run. */
export async function workflowRunCommand(file: string, options: RunCommand["options"]): Promise<void> {
  let text = "";
  let workflow: Workflow = {};
  const load = async (): Promise<Spell> => {
    text = readText(file);
    workflow = await readWorkflowFile(text, file, fileSchemas);
    return {
      engine: "javascript",
      code: SCRIPT.replace("DEFINITION", () => JSON.stringify(JSON.stringify(named(workflow, file)))),
      file,
      folder: path.dirname(path.resolve(file)),
      name: workflow.name ?? nameOf(file),
    };
  };
  await execute(
    { options, ahead: undefined },
    {
      load,
      line: { tokens: [], options: [], target: file },
      mayReadInput: false,
      async start(supervisor, runId, spell, runtime, run) {
        // A replay has its input in the recording.
        const params =
          run.replay === undefined
            ? workflowInput({ name: spell.name, input: workflow.input }, (run.params ?? {}) as ScriptObject, {
                coerced: true,
              })
            : run.params;
        const result = await runSpell(supervisor, runId, spell, runtime, { ...run, params: params as Params });
        if (!result.ok && result.error.frames?.some((frame) => frame.file === file))
          result.error.frames = [await placeIn({ text, file }, workflow, result.error)];
        return result;
      },
    },
  );
}

/** Lines of the script are none of the file's, whose name it bears: the step that failed is. */
async function placeIn(
  source: { text: string; file: string },
  workflow: Workflow,
  { code, details = {} }: LlmspellError,
): Promise<ScriptFrame> {
  if (code !== "workflow.failed") return { file: source.file };
  const { path: trail = [details["step"]] } = details;
  return stepFrame(source, workflow, trail as unknown[]);
}

/** `llmspell workflow check FILE...`: exit code 0 when nothing is wrong with any, else that of the first problem. */
export async function workflowCheckCommand(files: readonly string[], { json }: { json?: boolean }): Promise<void> {
  let first: LlmspellError | undefined;
  for (const file of files) {
    const problems = await problemsOf(file);
    first ??= problems[0];
    if (json) process.stdout.write(`${JSON.stringify(asJson(file, problems))}\n`);
    else if (problems.length === 0) process.stdout.write(`${file}: ok\n`);
    else process.stderr.write(problems.map((problem) => renderError(problem, undefined)).join("\n"));
  }
  process.exitCode = first ? exitCodeOf(first.code) : EXIT.ok;
}

/** `llmspell workflow graph FILE`. */
export async function workflowGraphCommand(
  file: string,
  { format, output }: { format: "mermaid" | "svg"; output?: string },
): Promise<void> {
  const workflow = await readWorkflowFile(readText(file), file, fileSchemas);
  const graph = graphOf(checkWorkflow(workflow, workflow.name ?? nameOf(file)).plan);
  const drawing = format === "svg" ? drawSvg(graph) : drawMermaid(graph);
  if (output === undefined) process.stdout.write(drawing);
  else writeFileSync(output, drawing);
}

async function problemsOf(file: string): Promise<LlmspellError[]> {
  try {
    return (await checkWorkflowText(readText(file), file, fileSchemas)).problems;
  } catch (error) {
    if (LlmspellError.is(error)) return [error];
    throw error;
  }
}

function asJson(file: string, problems: readonly LlmspellError[]): unknown {
  const shown = problems.map(({ code, message, frames }) => {
    const { line, column } = frames?.[0] ?? {};
    return { code, message, ...(line === undefined ? {} : { line, column }) };
  });
  return { file, ok: problems.length === 0, ...(problems.length > 0 ? { problems: shown } : {}) };
}

function readText(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new LlmspellError("script.not_found", `there is no file ${file}`, { details: { file } });
  if (stat.size > MAX_BYTES)
    throw new LlmspellError("workflow.limit", `${file} is larger than ${MAX_BYTES} bytes`, { details: { file } });
  return readFileSync(file, "utf8");
}

function named(workflow: Workflow, file: string): Workflow {
  const { $schema: _, ...rest } = workflow as Workflow & { $schema?: string };
  return { ...rest, name: workflow.name ?? nameOf(file) };
}

/** The file's name, as a workflow may be called. */
function nameOf(file: string): string {
  const name = path.basename(file, path.extname(file)).replace(/[^\p{L}\p{N}_-]/gu, "-");
  return /^[\p{L}_]/u.test(name) ? name.slice(0, 100) : `workflow-${name.slice(0, 80)}`;
}
