import type { z } from "zod";
import { describeIssue } from "../bridge/issue-text.ts";
import { compileInput } from "../bridge/shaper.ts";
import { type LocatedDocument, type Place, frameAt } from "../documents/located-document.ts";
import { documentFormat, parseDocument } from "../documents/parse-document.ts";
import { toSnakeCase } from "../engine/naming.ts";
import { type ErrorCode, LlmspellError, type ScriptFrame } from "../errors.ts";
import type { Workflow } from "./definition.ts";
import { partsOf, type PlannedStep } from "./plan.ts";
import { checkWorkflow } from "./plan-workflow.ts";
import type { WorkflowSchemas } from "./workflow-schema.ts";

/** A workflow of a file, and all that is wrong with it, each with its place. Without a workflow where it cannot be read at all. */
export interface ReadWorkflow {
  workflow: Workflow | undefined;
  problems: LlmspellError[];
}

/** Reads a workflow from the text of a YAML or JSON file. */
export async function checkWorkflowText(
  text: string,
  file: string,
  { workflow: schema }: WorkflowSchemas,
): Promise<ReadWorkflow> {
  const format = documentFormat(file) ?? "yaml";
  let document: LocatedDocument;
  try {
    document = await parseDocument(text, format, { file, code: "workflow.invalid" });
  } catch (error) {
    if (LlmspellError.is(error)) return { workflow: undefined, problems: [error] };
    throw error;
  }
  const refuse = (path: readonly PropertyKey[], message: string, code: ErrorCode = "workflow.invalid") => {
    const place = document.placeOf(rawPath(document.value, path));
    return problemAt({ file, text }, place, message, code);
  };
  const given = withoutSchema(document.value);
  const shaped = compileInput(schema)?.(given, { wrap: (fn) => fn }) ?? given;
  const parsed = schema.safeParse(shaped);
  if (!parsed.success) {
    const problems = parsed.error.issues
      .flatMap((issue) => issuesOf(issue, shaped, schema))
      .map(({ path, message }) => refuse(path, message));
    return { workflow: undefined, problems: sorted(problems) };
  }
  const workflow = parsed.data;
  const { problems } = checkWorkflow(workflow, workflow.name ?? file);
  return { workflow, problems: sorted(problems.map(({ path, message, code }) => refuse(path, message, code))) };
}

/** The workflow of a file's text. Throws `workflow.*`, which names all that is wrong with it and where. */
export async function readWorkflowFile(text: string, file: string, schemas: WorkflowSchemas): Promise<Workflow> {
  const { workflow, problems } = await checkWorkflowText(text, file, schemas);
  const [first] = problems;
  if (!first && workflow) return workflow;
  if (problems.length === 1 && first) throw first;
  const lines = problems.map(
    ({ message, frames }) => `  line ${frames?.[0]?.line}: ${message.replace(`${file}: `, "")}`,
  );
  throw new LlmspellError(
    (first?.code ?? "workflow.invalid") as ErrorCode,
    `${file} has ${problems.length} problems:\n${lines.join("\n")}`,
    { frames: first?.frames ?? [] },
  );
}

/** Where a step stands in the text of a file: `trail` is its name, behind those of the steps around it. */
export async function stepFrame(
  source: { text: string; file: string },
  workflow: Workflow,
  trail: readonly unknown[],
): Promise<ScriptFrame> {
  const { file, text } = source;
  const document = await parseDocument(text, documentFormat(file) ?? "yaml", { file, code: "workflow.invalid" });
  let { body } = checkWorkflow(workflow, file).plan;
  let found: PlannedStep | undefined;
  for (const name of trail) {
    const step = [body, ...partsOf(body)].flatMap(({ steps }) => steps).find((each) => each.name === name);
    if (!step) break;
    found = step;
    if (step.action.kind !== "steps") break;
    ({ body } = step.action);
  }
  return found ? frameAt(source, document.placeOf(rawPath(document.value, found.path))) : { file };
}

/** The JSON Schema that a file names is for editors. */
function withoutSchema(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { $schema: _, ...workflow } = value as Record<string, unknown>;
  return workflow;
}

function problemAt(
  source: { file: string; text: string },
  place: Place,
  message: string,
  code: ErrorCode,
): LlmspellError {
  return new LlmspellError(code, `${source.file}: ${message}`, { frames: [frameAt(source, place)] });
}

function sorted(problems: LlmspellError[]): LlmspellError[] {
  const lineOf = ({ frames }: LlmspellError) => frames?.[0]?.line ?? 0;
  return problems.toSorted((a, b) => lineOf(a) - lineOf(b));
}

/** Unknown keys one by one, each at its own place. */
function issuesOf(
  issue: z.core.$ZodIssue,
  given: unknown,
  schema: z.ZodType,
): { path: readonly PropertyKey[]; message: string }[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: describeIssue({ ...issue, keys: [key] }, schema) + hintOfEmpty(valueAt(given, [...issue.path, key])),
    }));
  const what = issue.path.findLast((part) => typeof part === "string");
  const message = describeIssue(issue, schema)
    .replace(/^Invalid input: /, "")
    .replace(/, received undefined$/, ", and there is none");
  return [{ path: issue.path, message: what === undefined ? message : `${what}: ${message}` }];
}

/** `{ system: Short, plain texts. }` has a key "plain texts." without a value. */
function hintOfEmpty(value: unknown): string {
  return value === null ? "; it has no value: a text that holds a comma wants quotes between { and }" : "";
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((at, part) => (at as Record<PropertyKey, unknown> | undefined)?.[part], value);
}

/** The path with the spelling of the file: it may say `max_attempts`. */
function rawPath(value: unknown, path: readonly PropertyKey[]): PropertyKey[] {
  const raw: PropertyKey[] = [];
  let at = value;
  for (const part of path) {
    const object = (at ?? {}) as Record<PropertyKey, unknown>;
    const spelled = typeof part === "string" && !(part in Object(object)) ? toSnakeCase(part) : part;
    raw.push(spelled);
    at = typeof at === "object" && at !== null ? object[spelled] : undefined;
  }
  return raw;
}
