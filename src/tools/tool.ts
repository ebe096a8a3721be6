import type { z } from "zod";
import type { ScriptValue } from "../values/script-value.ts";
import type { ToolHost } from "./tool-host.ts";

export const TOOL_CATEGORIES = [
  "file",
  "archive",
  "convert",
  "data",
  "document",
  "web",
  "search",
  "text",
  "math",
  "time",
  "system",
  "database",
  "mail",
  "image",
  "git",
  "memory",
  "person",
] as const;

export type ToolCategory = (typeof TOOL_CATEGORIES)[number];

/** An argument list that works: run by a test, shown in the documentation. */
export interface ToolExample {
  description: string;
  args: Record<string, unknown>;
}

/** A built-in tool: what a model, a workflow or a script calls by name. */
export interface BuiltInTool<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** `snake_case`, unique. */
  name: string;
  /** Other names that find it. */
  aliases?: readonly string[];
  category: ToolCategory;
  /** What it does and when to use it, for the model: one to three sentences. */
  description: string;
  tags: readonly string[];
  /** Its arguments, described each; positional arguments follow this order. */
  parameters: z.ZodObject<Shape>;
  /** What it answers. */
  returns: z.ZodType;
  /**
   * `pure` depends on its arguments alone; `local` besides on what journals itself (memory, a model, a person): both run
   * again on replay. `read` observes the world, `write` changes it: journaled, answered from there on replay.
   */
  effect: "pure" | "local" | "read" | "write";
  /** Capabilities that the policy is asked for, e.g. `fs.read`. */
  permissions: readonly string[];
  /**
   * Variables that it reads from the environment of whoever runs LLMSpell: a service's key or address. Scripts do not see
   * them, so no `--allow-env` is needed; what they are sent to is not the script's choice.
   */
  env?: readonly string[];
  /** May overwrite or remove what cannot be had back. Says so to those who choose; asks nobody by itself. */
  destructive?: true;
  /** A person is asked before a model's call of it runs: what leaves the workspace or its files and cannot be taken back. */
  requiresConfirmation?: true;
  /** The same call twice leaves the world as once. */
  idempotent?: true;
  /** Longest run in milliseconds. Default 60,000. */
  timeoutMs?: number;
  examples: readonly ToolExample[];
  execute(args: z.output<z.ZodObject<Shape>>, host: ToolHost): ToolAnswer | Promise<ToolAnswer>;
}

/** Data as scripts get it, keys in snake_case. */
export type ToolAnswer = ScriptValue | { [key: string]: unknown } | unknown[];

/** Types one tool from its schema; adds nothing at run time. */
export function defineTool<const Shape extends z.ZodRawShape>(tool: BuiltInTool<Shape>): BuiltInTool {
  return tool as unknown as BuiltInTool;
}
