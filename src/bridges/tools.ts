import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, handleMethod, method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue, handle } from "../bridge/schemas.ts";
import { toMcp } from "../tools/to-mcp.ts";
import { Handle, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import { performTool } from "./perform-tool.ts";
import { type RunTool, toolsOf } from "./run-tools.ts";
import { addTool, newScriptTool, toolDefinition, toolMetadata, toolName } from "./script-tool.ts";
import { spellTool } from "./spell-tool.ts";
import {
  chainOptions,
  nameOfTool,
  newParallel,
  newPipeline,
  parallelOptions,
  parallelSteps,
  pipelineSteps,
  toolOrName,
} from "./tool-chains.ts";
import { loadingMethods } from "./tool-loading.ts";
import { runEffect } from "./tool-host.ts";
import {
  descriptionOf,
  toolDescription,
  toolFields,
  toolFilter,
  toolMetrics,
  toolRecord,
  toolHandle,
  validation,
} from "./tool-schemas.ts";

const name = z.string().min(1).describe("A tool's name, or an alias.");
const nameAndArgs = { name: z.string(), args: anyObject };
const listed = z.array(toolDescription);

function listOf(tools: readonly RunTool[]) {
  return tools.map(descriptionOf) as never;
}

function validate(tool: RunTool, args: ScriptObject, ctx: CallContext) {
  const { value, problems } = toolsOf(ctx).argumentsOf(tool).check(args);
  const errors = problems.length > 0 ? problems : (tool.check?.(value) ?? []);
  return { valid: errors.length === 0, errors, value: errors.length === 0 ? value : null };
}

function register(summary: string) {
  return method({
    summary,
    input: { tool: z.union([handle<RunTool>("tool"), toolDefinition]) },
    output: handle("tool"),
    effect: "local",
    sync: true,
    run({ tool: given }, ctx) {
      const tool = given instanceof Handle ? given.state : newScriptTool(given);
      addTool(tool, given instanceof Handle ? false : given.replace, ctx);
      return toolHandle(tool, ctx);
    },
  });
}

/** `tools`: functions that models, workflows and scripts call by name. */
export const toolsBridge = defineBridge({
  name: "tools",
  aliases: ["tool"],
  summary:
    "Tools: what agents, workflows and scripts call by name, built in or made by the script. Each is a function here too: `tools.name({...})`, or with its arguments one after the other. Fails with tool.*, and with the tool's own error.",
  fallback: "callByName",
  methods: {
    create: register(
      "Makes a tool and registers it. A tool of a built-in name takes that one's place. Throws tool.exists, schema.invalid.",
    ),
    register: register("The same as `create`; also registers what `pipeline` and `parallel` answer."),
    execute: method({
      summary:
        "Runs a tool. Arguments are checked, and converted where nothing is lost: an object of them, or one after the other. Throws tool.unknown, tool.invalid_arguments, tool.failed, tool.timeout, tool.result_too_large, and the tool's own errors.",
      input: { tool: toolOrName },
      rest: anyValue,
      output: anyValue,
      effect: "composite",
      about: nameOfTool,
      run: ({ tool, rest }, ctx) => performTool(tool, rest, {}, ctx),
    }),
    get: method({
      summary: "A tool by its name; nil where there is none.",
      input: { name },
      output: handle("tool").nullable(),
      effect: "local",
      sync: true,
      run({ name: wanted }, ctx) {
        const tool = toolsOf(ctx).find(wanted);
        return tool ? toolHandle(tool, ctx) : null;
      },
    }),
    exists: method({
      summary: "Whether a tool has this name.",
      input: { name },
      output: z.boolean(),
      effect: "local",
      sync: true,
      run: ({ name: wanted }, ctx) => toolsOf(ctx).find(wanted) !== undefined,
    }),
    unregister: method({
      summary:
        "Takes a tool of the script away; a built-in one of its name is there again. False where there was none.",
      input: { name: toolName },
      output: z.boolean(),
      effect: "local",
      sync: true,
      run: ({ name: wanted }, ctx) => toolsOf(ctx).remove(wanted),
    }),
    list: method({
      summary:
        "The tools by name, all or those that a filter lets through: what `tools` of a model call or an agent takes.",
      input: { filter: toolFilter },
      output: listed,
      effect: "local",
      sync: true,
      run: ({ filter }, ctx) => listOf(toolsOf(ctx).list(filter)),
    }),
    search: method({
      summary: "Tools whose name, tags or description hold every word, the closest first.",
      input: { text: z.string() },
      output: listed,
      effect: "local",
      sync: true,
      run: ({ text }, ctx) => listOf(toolsOf(ctx).search(text)),
    }),
    categories: method({
      summary: "The categories, and how many tools are in each.",
      input: {},
      output: z.array(z.object({ name: z.string(), count: z.number() })),
      effect: "local",
      sync: true,
      run: (_, ctx) => toolsOf(ctx).categories(),
    }),
    byCategory: method({
      summary: "The tools of a category.",
      input: { category: z.string() },
      output: listed,
      effect: "local",
      sync: true,
      run: ({ category }, ctx) => listOf(toolsOf(ctx).list({ category })),
    }),
    byTag: method({
      summary: "The tools with a tag.",
      input: { tag: z.string() },
      output: listed,
      effect: "local",
      sync: true,
      run: ({ tag }, ctx) => listOf(toolsOf(ctx).list({ tag })),
    }),
    schema: method({
      summary: "The JSON Schema of a tool's arguments. Throws tool.unknown.",
      input: { name },
      output: anyObject,
      effect: "local",
      sync: true,
      run: ({ name: wanted }, ctx) => toolsOf(ctx).get(wanted).parameters as ScriptObject,
    }),
    validate: method({
      summary: "What `execute` would make of arguments, without running the tool. Throws tool.unknown.",
      input: { name, args: anyObject.default({}) },
      output: validation,
      effect: "local",
      sync: true,
      run: ({ name: wanted, args }, ctx) => validate(toolsOf(ctx).get(wanted), args, ctx),
    }),
    pipeline: method({
      summary:
        "A tool that hands on what each step answers to the next: of an object what the next takes, of anything else its first argument. Steps are tools, `{tool, args}` with arguments that stay, and functions that make something of the value between. Not registered.",
      input: { steps: pipelineSteps, options: chainOptions },
      output: handle("tool"),
      effect: "local",
      sync: true,
      run: ({ steps, options }, ctx) => toolHandle(newPipeline(options?.name ?? "pipeline", steps, options, ctx), ctx),
    }),
    parallel: method({
      summary:
        "A tool that runs several at once with the same arguments, as far as each takes them, and answers a list of what they answer. Not registered.",
      input: { steps: parallelSteps, options: parallelOptions },
      output: handle("tool"),
      effect: "local",
      sync: true,
      run: ({ steps, options = {} }, ctx) =>
        toolHandle(newParallel(options.name ?? "parallel", steps, options, ctx), ctx),
    }),
    compose: method({
      summary: "Registers a new tool made of others: `steps` one after the other, as `pipeline` has them.",
      input: {
        tool: z.strictObject({ name: toolName, ...toolMetadata, steps: pipelineSteps }).meta({ title: "ComposedTool" }),
      },
      output: handle("tool"),
      effect: "local",
      sync: true,
      run({ tool: { name: given, steps, ...options } }, ctx) {
        const tool = newPipeline(given, steps, options, ctx);
        addTool(tool, options.replace, ctx);
        return toolHandle(tool, ctx);
      },
    }),
    fromSpell: method({
      summary:
        "Registers a spell as a tool: the parameters of its manifest are the tool's, its description too. A call runs it with `spells.run`. Throws script.not_found.",
      input: {
        spell: z.string().min(1),
        options: z.strictObject({ name: toolName.optional(), ...toolMetadata }).optional(),
      },
      output: handle("tool"),
      effect: "local",
      async run({ spell, options = {} }, ctx) {
        const tool = await spellTool(spell, options, ctx);
        addTool(tool, options.replace, ctx);
        return toolHandle(tool, ctx);
      },
    }),
    ...loadingMethods,
    metrics: method({
      summary: "Calls, errors and times of the tools that this run has called: of one, or a list of all.",
      input: { name: name.optional() },
      output: z.union([toolMetrics, z.array(toolMetrics)]),
      signatures: [
        { input: { name }, output: toolMetrics },
        { input: {}, output: z.array(toolMetrics) },
      ],
      effect: "local",
      sync: true,
      run({ name: wanted }, ctx) {
        const tools = toolsOf(ctx);
        return wanted === undefined ? tools.usage.metrics() : tools.usage.of(tools.get(wanted).name);
      },
    }),
    history: method({
      summary: "The last calls of tools in this run, the newest last; at most 1,000.",
      input: {
        filter: z.strictObject({ tool: z.string().optional(), limit: z.int().min(1).max(1000).optional() }).optional(),
      },
      output: z.array(toolRecord),
      effect: "local",
      sync: true,
      run: ({ filter }, ctx) => toolsOf(ctx).usage.history(filter?.tool, filter?.limit),
    }),
    toMcp: method({
      summary:
        "Tools as a server of the Model Context Protocol lists them: `{tools = {...}}` with the protocol's own names.",
      input: { names: z.array(z.string()).optional().describe("Default: all.") },
      output: anyObject,
      effect: "local",
      sync: true,
      run({ names }, ctx) {
        const registry = toolsOf(ctx);
        const chosen = names ? names.map((each) => registry.get(each)) : registry.list();
        return { tools: chosen.map((tool) => toMcp(tool)) as unknown as ScriptValue };
      },
    }),
    callByName: method({
      summary: "Runs the tool that is called as a function of this global.",
      input: { tool: z.string() },
      rest: anyValue,
      output: anyValue,
      effect: "composite",
      about: nameOfTool,
      internal: true,
      run: ({ tool, rest }, ctx) => performTool(tool, rest, {}, ctx),
    }),
    perform: method({
      summary: "Runs a tool for an agent, a workflow or another tool.",
      input: {
        tool: toolOrName,
        args: anyObject,
        options: z
          .object({ agent: z.string().optional(), approved: z.boolean().optional(), depth: z.number().optional() })
          .optional(),
      },
      output: anyValue,
      effect: "composite",
      about: nameOfTool,
      internal: true,
      run: ({ tool, args, options }, ctx) => performTool(tool, [args], options ?? {}, ctx),
    }),
    read: method({
      summary: "What a built-in tool finds.",
      input: nameAndArgs,
      output: anyValue,
      effect: "read",
      about: ({ name: wanted }) => wanted,
      internal: true,
      partOfCall: true,
      run: ({ name: wanted, args }, ctx) => runEffect(wanted, args, ctx),
    }),
    write: method({
      summary: "What a built-in tool does.",
      input: nameAndArgs,
      output: anyValue,
      effect: "write",
      about: ({ name: wanted }) => wanted,
      internal: true,
      partOfCall: true,
      run: ({ name: wanted, args }, ctx) => runEffect(wanted, args, ctx),
    }),
  },
  handles: {
    tool: {
      summary: "A tool. It can stand wherever a tool's name can.",
      fields: toolFields,
      methods: {
        execute: handleMethod<RunTool>()({
          summary: "Runs it, see `tools.execute`.",
          input: {},
          rest: anyValue,
          output: anyValue,
          effect: "composite",
          about: (_, __, self) => self.state.name,
          run: ({ rest }, ctx, self) => performTool(self, rest, {}, ctx),
        }),
        run: handleMethod<RunTool>()({
          summary: "The same as `execute`.",
          input: {},
          rest: anyValue,
          output: anyValue,
          effect: "composite",
          about: (_, __, self) => self.state.name,
          run: ({ rest }, ctx, self) => performTool(self, rest, {}, ctx),
        }),
        schema: handleMethod<RunTool>()({
          summary: "The JSON Schema of its arguments.",
          input: {},
          output: anyObject,
          effect: "local",
          sync: true,
          run: (_, __, self) => self.state.parameters as ScriptObject,
        }),
        validate: handleMethod<RunTool>()({
          summary: "What `execute` would make of arguments.",
          input: { args: anyObject.default({}) },
          output: validation,
          effect: "local",
          sync: true,
          run: ({ args }, ctx, self) => validate(self.state, args, ctx),
        }),
        metrics: handleMethod<RunTool>()({
          summary: "Its calls, errors and times in this run.",
          input: {},
          output: toolMetrics,
          effect: "local",
          sync: true,
          run: (_, ctx, self) => toolsOf(ctx).usage.of(self.state.name),
        }),
        unregister: handleMethod<RunTool>()({
          summary: "Takes it out of the registry. False where it was not in it.",
          input: {},
          output: z.boolean(),
          effect: "local",
          sync: true,
          run(_, ctx, { state }) {
            const tools = toolsOf(ctx);
            return tools.find(state.name) === state && tools.remove(state.name);
          },
        }),
      },
    },
  },
});
