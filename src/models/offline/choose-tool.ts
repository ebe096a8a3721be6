import type { ModelRequest, ToolCall, ToolSpec } from "../types.ts";
import { createHash } from "node:crypto";
import { compileSchema } from "../../schemas/compile-schema.ts";
import { fillSchema } from "./fill-schema.ts";
import { humanize, quoted } from "./find-values.ts";
import type { Task } from "./read-prompt.ts";
import { keywords, words } from "./text.ts";

const ARITHMETIC =
  /\d\s*[-+*/x\u00d7\u00f7^%]\s*[\d(]|\b(?:calculate|compute|plus|minus|times|divided|square root|percent|sum of)\b/i;

/**
 * The call that a prompt plainly asks for, or undefined: a tool whose name it uses, whose description it repeats, or that
 * `toolChoice` demands. A tool that was called in this turn already is not called again.
 */
export function chooseTool(request: ModelRequest, task: Task): ToolCall | undefined {
  const tools = request.tools ?? [];
  const choice = request.toolChoice ?? "auto";
  if (tools.length === 0 || choice === "none") return undefined;
  const done = new Set(task.toolResults.map((result) => result.name));
  if (typeof choice === "object") {
    const named = tools.find((tool) => tool.name === choice.tool);
    return named && !done.has(named.name) ? call(named, task, request) : undefined;
  }
  if (done.size > 0 && choice === "required") return undefined;
  const scored = tools
    .filter((tool) => !done.has(tool.name))
    .map((tool) => ({ tool, score: scoreTool(tool, task.prompt) }));
  const best = scored.reduce<{ tool: ToolSpec; score: number } | undefined>(
    (a, b) => (a && a.score >= b.score ? a : b),
    undefined,
  );
  if (!best) return undefined;
  // After a result, only a tool that the prompt names is called besides.
  const enough = done.size > 0 ? 2 : 1;
  if (choice === "auto" && best.score < enough) return undefined;
  return call(best.tool, task, request);
}

/** 2 and more: named; 1 and more: described; below: not plainly meant. */
function scoreTool(tool: ToolSpec, prompt: string): number {
  const lower = prompt.toLowerCase();
  const name = humanize(tool.name);
  const spoken = ` ${words(prompt).join(" ")} `;
  if (lower.includes(tool.name.toLowerCase()) && tool.name.length > 3) return 3;
  if (name.includes(" ") && spoken.includes(` ${name} `)) return 2.5;
  if (!name.includes(" ") && spoken.includes(` ${name} `)) return 2;
  const asked = new Set(keywords(prompt));
  const nameWords = keywords(name);
  const common = nameWords.filter((word) => asked.has(word)).length;
  if (nameWords.length > 0 && common === nameWords.length) return 1.8;
  const described = [...new Set(keywords(tool.description ?? ""))];
  const shared = described.filter((word) => asked.has(word)).length;
  if (/calculat|arithmetic|math/i.test(`${tool.name} ${tool.description ?? ""}`) && ARITHMETIC.test(prompt)) return 1.7;
  return Math.min(1.5, shared / 2 + common / 2);
}

function call(tool: ToolSpec, task: Task, request: ModelRequest): ToolCall | undefined {
  const args = argumentsFor(tool, task);
  if (args === undefined) return undefined;
  // The same request makes the same id, another one another.
  const seed = `${request.messages.length}:${task.prompt}:${tool.name}:${JSON.stringify(args)}`;
  return {
    id: `offline_${createHash("sha256").update(seed).digest("hex").slice(0, 12)}`,
    name: tool.name,
    arguments: args,
  };
}

function argumentsFor(tool: ToolSpec, task: Task): Record<string, unknown> | undefined {
  const schema = { ...tool.parameters, type: "object" };
  const properties = (tool.parameters.properties ?? {}) as Record<string, { type?: unknown; enum?: unknown }>;
  const strings = Object.keys(properties).filter(
    (key) => properties[key]?.type === "string" && !Array.isArray(properties[key]?.enum),
  );
  let filled: unknown;
  try {
    filled = fillSchema(schema, { ...task, material: task.prompt, question: task.question || task.prompt });
  } catch {
    return undefined;
  }
  const result = filled as Record<string, unknown>;
  for (const key of strings) {
    const value = textArgument(key, task, strings.length === 1);
    if (value === undefined) continue;
    const changed = { ...result, [key]: value };
    if (compileSchema(schema).problems(changed).length === 0) result[key] = value;
  }
  return result;
}

/** A text argument by what its name means. */
function textArgument(name: string, task: Task, only: boolean): string | undefined {
  const { prompt, subject } = task;
  if (/expression|formula|equation|calculation/i.test(name)) return expressionIn(prompt);
  const stated = new RegExp(`\\b${humanize(name).replace(/[^a-z0-9 ]/g, "")}\\s*[:=]\\s*["']?([^"'\\n,;]{1,300})`, "i")
    .exec(prompt)?.[1]
    ?.trim();
  if (stated) return stated;
  if (/^(?:url|uri|link|address)$/i.test(name))
    return /https?:\/\/[^\s"'<>)]{1,1000}/.exec(prompt)?.[0].replace(/[.,;]$/, "");
  if (/path|file/i.test(name))
    return /(?:[\w.-]{1,100}\/){0,20}[\w-]{1,100}\.[a-z0-9]{1,8}\b/i.exec(prompt)?.[0] ?? quoted(prompt);
  if (/city|location|place|country/i.test(name))
    return /\b(?:in|at|for|of) (\p{Lu}[\p{L}-]*(?: \p{Lu}[\p{L}-]*){0,3})/u.exec(prompt)?.[1];
  if (/query|question|search|topic|term|keyword|subject|q$/i.test(name))
    return quoted(prompt) ?? searchTerms(prompt) ?? subject;
  return only || /text|input|content|message|prompt/i.test(name) ? (quoted(prompt) ?? subject) : undefined;
}

function searchTerms(prompt: string): string | undefined {
  return /\b(?:search|look|query|find|google|research)(?:\s+(?:the\s+)?(?:web|internet|online|up|for|information|about|on|out))*\s+([^\n.?!]{2,200})/i
    .exec(prompt.slice(0, 2000))?.[1]
    ?.trim();
}

/** The longest run of digits, signs and brackets. */
function expressionIn(prompt: string): string | undefined {
  const spoken = prompt
    .slice(0, 2000)
    .replace(/\bplus\b/gi, "+")
    .replace(/\bminus\b/gi, "-")
    .replace(/\b(?:times|multiplied by)\b/gi, "*")
    .replace(/\bdivided by\b/gi, "/")
    .replace(/[\u00d7]/g, "*")
    .replace(/\u00f7/g, "/");
  const runs = spoken.match(/[-+(]?[\d.(][\d\s.+\-*/^%()]*/g) ?? [];
  const best = runs
    .map((run) => run.trim().replace(/[.+\-*/^%(\s]+$/, ""))
    .filter((run) => /\d/.test(run))
    .toSorted((a, b) => b.length - a.length)[0];
  return best === undefined || best === "" ? undefined : best;
}
