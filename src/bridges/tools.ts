import { z } from "zod";
import { defineBridge, handleMethod, method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue, handle } from "../bridge/schemas.ts";
import { performTool } from "./perform-tool.ts";
import { type RunTool, toolsOf } from "./run-tools.ts";
import { runEffect } from "./tool-host.ts";
import { newScriptTool, toolDefinition } from "./script-tool.ts";

const toolName = z.string().min(1);
const toolOrName = z.union([toolName, handle<RunTool>("tool")]);

const description = z
  .object({
    name: z.string(),
    description: z.string(),
    source: z.enum(["builtin", "script", "program", "spell", "composed", "mcp"]),
    category: z.string(),
    tags: z.array(z.string()),
    parameters: anyObject,
  })
  .meta({ title: "ToolSummary" });

function summaryOf({ name, description: text, source, category, tags, parameters }: RunTool) {
  return { name, description: text, source, category, tags: [...tags], parameters: parameters as never };
}

/** `tools`: functions that models, workflows and scripts call by name. */
export const toolsBridge = defineBridge({
  name: "tools",
  aliases: ["tool"],
  summary: "Tools: what agents, workflows and scripts call by name, built in or made by the script.",
  methods: {
    create: method({
      summary: "Registers a tool and answers it. A tool of a built-in name takes its place. Throws tool.exists.",
      input: { tool: toolDefinition },
      output: handle("tool"),
      effect: "local",
      sync: true,
      run({ tool: given }, ctx) {
        const tool = newScriptTool(given);
        toolsOf(ctx).add(tool, given.replace);
        return ctx.handle("tool", tool, { name: tool.name, description: tool.description });
      },
    }),
    execute: method({
      summary: "Runs a tool: arguments are checked, and converted where nothing is lost. Throws tool.*.",
      input: { tool: toolOrName, args: anyObject.optional() },
      output: anyValue,
      effect: "local",
      run: ({ tool, args }, ctx) => performTool(tool, args ?? {}, {}, ctx),
    }),
    perform: method({
      summary: "Runs a tool for a script, an agent or a workflow.",
      input: { tool: toolOrName, args: anyObject, options: z.object({ agent: z.string().optional() }).optional() },
      output: anyValue,
      effect: "local",
      internal: true,
      run: ({ tool, args, options }, ctx) => performTool(tool, args, options ?? {}, ctx),
    }),
    read: method({
      summary: "What a built-in tool finds.",
      input: { name: toolName, args: anyObject },
      output: anyValue,
      effect: "read",
      internal: true,
      partOfCall: true,
      run: ({ name, args }, ctx) => runEffect(name, args, ctx),
    }),
    write: method({
      summary: "What a built-in tool does.",
      input: { name: toolName, args: anyObject },
      output: anyValue,
      effect: "write",
      internal: true,
      partOfCall: true,
      run: ({ name, args }, ctx) => runEffect(name, args, ctx),
    }),
    list: method({
      summary: "The tools by name.",
      input: {},
      output: z.array(description),
      effect: "local",
      sync: true,
      run: (_, ctx) => toolsOf(ctx).list().map(summaryOf),
    }),
  },
  handles: {
    tool: {
      summary: "A tool.",
      fields: { name: z.string(), description: z.string() },
      methods: {
        execute: handleMethod<RunTool>()({
          summary: "Runs it.",
          input: { args: anyObject.optional() },
          output: anyValue,
          effect: "local",
          run: ({ args }, ctx, self) => performTool(self, args ?? {}, {}, ctx),
        }),
      },
    },
  },
});
