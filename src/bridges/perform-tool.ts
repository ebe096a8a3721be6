import type { CallContext } from "../bridge/call-context.ts";
import { Handle, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import { toLlmspellError } from "../errors.ts";
import { compileSchema } from "../schemas/compile-schema.ts";
import { type RunTool, toolsOf } from "./run-tools.ts";
import { invalidArguments, resultOf } from "./tool-host.ts";

export interface PerformOptions {
  /** Name of the agent whose model asks for it: a person confirms what is destructive. */
  agent?: string | undefined;
}

/** Runs a tool of the run: checks, confirmation, hooks, events, figures. */
export async function performTool(
  wanted: string | Handle<RunTool>,
  given: ScriptObject,
  { agent }: PerformOptions,
  ctx: CallContext,
): Promise<ScriptValue> {
  const registry = toolsOf(ctx);
  const tool = wanted instanceof Handle ? wanted.state : registry.get(wanted);
  const problems = compileSchema(tool.parameters).problems(given);
  if (problems.length > 0) throw invalidArguments(tool.name, problems);
  const startedAt = ctx.now();
  const record = { tool: tool.name, startedAt, ...(agent === undefined ? {} : { agent }) };
  try {
    const value = await resultOf(tool.name, () => tool.run(given, ctx));
    registry.usage.add({ ...record, durationMs: ctx.now() - startedAt, success: true });
    return value;
  } catch (thrown) {
    const error = toLlmspellError(thrown, "tool.failed");
    registry.usage.add({ ...record, durationMs: ctx.now() - startedAt, success: false, error: error.code });
    throw error;
  }
}
