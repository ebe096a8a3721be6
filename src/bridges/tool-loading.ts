import path from "node:path";
import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { method } from "../bridge/define-bridge.ts";
import { anyValue, callback, handle } from "../bridge/schemas.ts";
import { documentFormat, parseDocument } from "../documents/parse-document.ts";
import { LlmspellError } from "../errors.ts";
import { Handle } from "../values/script-value.ts";
import type { RunTool } from "./run-tools.ts";
import { addTool, newScriptTool, toolDefinition, toolMetadata, toolName } from "./script-tool.ts";
import { SPELLS } from "./services.ts";
import { spellTool } from "./spell-tool.ts";
import { toolHandle } from "./tool-schemas.ts";

const scriptTool = z.union([handle<RunTool>("tool"), toolDefinition]);

/** Runs a script of the same language in the VM and answers what it returns: a tool, a list of them, or exports that are tools. */
const include = callback(
  [z.string()],
  z.union([scriptTool, z.array(scriptTool), z.record(z.string(), scriptTool)]).nullish(),
  ["path"],
);
type Include = z.output<typeof include>;

/** A spell as a tool, written down as data. */
const dataTool = z.strictObject({ name: toolName.optional(), ...toolMetadata, spell: z.string().min(1) });
const dataTools = z.union([dataTool, z.array(dataTool), z.strictObject({ tools: z.array(dataTool) })]);

const options = z
  .strictObject({ replace: z.boolean().optional().describe("They take the places of tools of the same names.") })
  .default({});
const file = z.string().min(1).describe("From the folder of the spell.");
const loaded = z.array(handle<RunTool>("tool"));

/** Tools from files beside the spell. */
export const loadingMethods = {
  loadFile: method({
    summary:
      "Registers the tools of a file: a script of the same language that returns a tool's definition, or a list of them, or exports them; or a JSON or YAML file of spells as tools: `{name, description, spell, parameters}`, or a list of these. Answers the tools. Throws script.not_found, tool.exists.",
    input: { include, path: file, options },
    output: loaded,
    signatures: [{ input: { path: file, options }, output: loaded }],
    effect: "composite",
    native: "with_include",
    run: ({ include: run, path: given, options: { replace } }, ctx) => loadFile(given, run, replace, ctx),
  }),
  loadDirectory: method({
    summary:
      "The same for every file of a folder that can hold tools, in the order of their names; what is below is left out.",
    input: { include, path: file, options },
    output: loaded,
    signatures: [{ input: { path: file, options }, output: loaded }],
    effect: "composite",
    native: "with_include",
    async run({ include: run, path: folder, options: { replace } }, ctx) {
      const names = await ctx.call("tools", "readBeside", [folder]);
      if (!Array.isArray(names)) throw noFolder(folder);
      const tools: Handle<RunTool>[] = [];
      for (const name of names as string[])
        if (/\.(lua|m?[jt]s|tengo|json|ya?ml)$/i.test(name))
          tools.push(...(await loadFile(path.posix.join(folder, name), run, replace, ctx)));
      return tools;
    },
  }),
  readBeside: method({
    summary: "A file beside the spell, or the names of the files of a folder there.",
    input: { path: z.string() },
    output: anyValue,
    effect: "read",
    internal: true,
    partOfCall: true,
    run: ({ path: given }, ctx) => ctx.use(SPELLS).read(given),
  }),
};

async function loadFile(
  given: string,
  run: Include,
  replace: boolean | undefined,
  ctx: CallContext,
): Promise<Handle<RunTool>[]> {
  const tools = documentFormat(given) ? await fromData(given, ctx) : await fromScript(given, run);
  return tools.map((tool) => {
    addTool(tool, replace, ctx);
    return toolHandle(tool, ctx);
  });
}

async function fromScript(given: string, run: Include): Promise<RunTool[]> {
  const answered = await run(given);
  if (answered === null || answered === undefined) return [];
  const isOne = answered instanceof Handle || toolDefinition.safeParse(answered).success;
  const list = (isOne ? [answered] : Object.values(answered)) as z.output<typeof scriptTool>[];
  return list.map((each) => (each instanceof Handle ? each.state : newScriptTool(each)));
}

async function fromData(given: string, ctx: CallContext): Promise<RunTool[]> {
  const text = await ctx.call("tools", "readBeside", [given]);
  const format = documentFormat(given);
  if (typeof text !== "string" || !format) throw noFolder(given);
  const { value } = await parseDocument(text, format, { file: given, code: "parse.invalid" });
  const parsed = dataTools.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new LlmspellError("input.invalid", `${given} holds no tools: ${issue?.path.join(".")} ${issue?.message}`, {
      hint: "Write {name, description, spell}, or a list of these.",
    });
  }
  const tools = Array.isArray(parsed.data) ? parsed.data : "tools" in parsed.data ? parsed.data.tools : [parsed.data];
  return Promise.all(tools.map(({ spell, ...rest }) => spellTool(spell, rest, ctx)));
}

function noFolder(given: string): LlmspellError {
  return new LlmspellError(
    "script.not_found",
    `"${given}" is not what it should be: a file is wanted by loadFile, a folder by loadDirectory`,
  );
}
