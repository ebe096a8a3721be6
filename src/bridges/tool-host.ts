import { type Socket, isIPv6 } from "node:net";
import type { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import type { ModelRequest } from "../models/types.ts";
import { toHttpError } from "../network/http-error.ts";
import { followRedirects } from "../network/redirect.ts";
import type { SchemaProblem } from "../schemas/compile-schema.ts";
import { invalidArguments } from "../tools/check-arguments.ts";
import { loadBuiltIn } from "../tools/load-built-in.ts";
import { DEFAULT_TIMEOUT_MS } from "../tools/describe-built-in.ts";
import type { ToolFiles, ToolHost, ToolMemory, ToolRequest } from "../tools/tool-host.ts";
import type { BuiltInTool } from "../tools/tool.ts";
import { fromNative } from "../values/native.ts";
import { DEFAULT_VALUE_LIMITS, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import { guard } from "../workspace/fs-error.ts";
import { glob } from "../workspace/glob.ts";
import { toBytes, workspaceFiles } from "./fs.ts";
import { hostOf } from "./http-send.ts";
import { dropUndefined } from "./llm-request.ts";
import { callModel } from "./model-calls.ts";
import { ENVIRONMENT, NETWORK, POLICY } from "./services.ts";

/** Largest result of a tool. */
export const MAX_RESULT_BYTES = 8 * 1024 * 1024;
const DEFAULT_REDIRECTS = 5;
const MEMORY = {};

/** Runs a built-in tool: with effects inside of one journaled call, else in the call that runs it. */
export function runBuiltIn(name: string, args: ScriptObject, ctx: CallContext): ScriptValue | Promise<ScriptValue> {
  const tool = loadBuiltIn(name);
  if (tool.effect === "pure" || tool.effect === "local") return executeBuiltIn(tool, args, ctx, ctx.signal);
  return ctx.call("tools", tool.effect, [name, args]);
}

/** Runs a built-in tool that has effects, for as long as it may take. Throws `tool.timeout`. */
export async function runEffect(name: string, args: ScriptObject, ctx: CallContext): Promise<ScriptValue> {
  const tool = loadBuiltIn(name);
  const ms = tool.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const late = new AbortController();
  const timeout = new LlmspellError("tool.timeout", `the tool "${name}" took longer than ${ms} ms`, {
    details: { tool: name, timeoutMs: ms },
  });
  const timer = setTimeout(() => late.abort(timeout), ms);
  const signal = AbortSignal.any([ctx.signal, late.signal]);
  try {
    // A tool that does not heed its signal is left behind.
    return await Promise.race([executeBuiltIn(tool, args, ctx, signal), abortOf(signal)]);
  } catch (error) {
    throw late.signal.aborted && !ctx.signal.aborted ? timeout : error;
  } finally {
    clearTimeout(timer);
  }
}

async function executeBuiltIn(
  tool: BuiltInTool,
  args: ScriptObject,
  ctx: CallContext,
  signal: AbortSignal,
): Promise<ScriptValue> {
  const parsed = tool.parameters.safeParse(args);
  if (!parsed.success) throw invalidArguments(tool.name, problemsOf(parsed.error));
  const effects = tool.effect === "read" || tool.effect === "write";
  const host = effects ? effectHost(tool, ctx, signal) : localHost(tool, ctx, signal);
  return toResult(tool.name, await answerOf(tool, () => tool.execute(parsed.data, host)));
}

/** Throws `tool.failed` for what has no code of its own. */
async function answerOf(tool: BuiltInTool, run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (thrown) {
    if (LlmspellError.is(thrown)) throw thrown;
    const { message } = toLlmspellError(thrown, "tool.failed");
    throw new LlmspellError("tool.failed", `the tool "${tool.name}" failed: ${message}`, {
      cause: thrown,
      details: { tool: tool.name },
    });
  }
}

/** What is wrong with arguments that fit a built-in tool's JSON Schema: what only its code can say. */
export function checkBuiltIn(name: string, args: ScriptObject): SchemaProblem[] {
  const parsed = loadBuiltIn(name).parameters.safeParse(args);
  return parsed.success ? [] : problemsOf(parsed.error);
}

function problemsOf({ issues }: z.ZodError): SchemaProblem[] {
  return issues.map(({ path, message }) => ({ path: path.map((part) => `/${String(part)}`).join(""), message }));
}

/** A native result as data of a size that may cross. */
function toResult(tool: string, value: unknown): ScriptValue {
  try {
    return fromNative(value, { ...DEFAULT_VALUE_LIMITS, bytes: MAX_RESULT_BYTES });
  } catch (error) {
    throw LlmspellError.is(error) && error.code === "value.too_large" ? resultTooLarge(tool, error) : error;
  }
}

export function resultTooLarge(tool: string, cause?: unknown): LlmspellError {
  return new LlmspellError("tool.result_too_large", `the tool "${tool}" answered more than ${MAX_RESULT_BYTES} bytes`, {
    cause,
    details: { tool, limit: MAX_RESULT_BYTES },
    hint: "Ask it for less, or let it write to a file.",
  });
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

/** For tools whose work runs again on replay. */
function localHost(tool: BuiltInTool, ctx: CallContext, signal: AbortSignal): ToolHost {
  return {
    ...commonHost(tool, ctx, signal),
    get files() {
      return refused(tool, "files");
    },
    async fetch() {
      return refused(tool, "fetch");
    },
    connect: async () => refused(tool, "connect"),
    env: () => refused(tool, "env"),
    async generate(prompt, { model, system, maxTokens } = {}) {
      const messages = [
        ...(system === undefined ? [] : [{ role: "system", content: system }]),
        { role: "user", content: prompt },
      ];
      const request = dropUndefined({ messages, model, maxTokens }) as unknown as ModelRequest;
      return (await callModel(ctx, request)).content;
    },
    async askPerson({ question, choices, timeoutMs }) {
      const asked = {
        kind: "question",
        title: question,
        ...(choices === undefined ? {} : { choices: [...choices] }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      };
      const answered = await ctx.call("approval", "ask", [asked]);
      const { answer, approved } = answered as { answer: string; approved: boolean };
      if (!approved && answer === "") throw new LlmspellError("approval.denied", `nobody wants to answer: ${question}`);
      return answer;
    },
    memory: memoryOf(ctx),
  };
}

function effectHost(tool: BuiltInTool, ctx: CallContext, signal: AbortSignal): ToolHost {
  const common = commonHost(tool, ctx, signal);
  const fetch = (url: string, request: ToolRequest = {}) => fetchFor(url, request, ctx, common);
  return {
    ...common,
    files: filesFor(ctx, common),
    fetch,
    connect: (host, port) => connectFor(host, port, ctx, common),
    env: (name) => ctx.use(ENVIRONMENT)[name] ?? (tool.env?.includes(name) ? process.env[name] : undefined),
    generate: async () => refused(tool, "generate"),
    askPerson: async () => refused(tool, "askPerson"),
    get memory() {
      return refused(tool, "memory");
    },
  };
}

type CommonHost = Pick<ToolHost, "signal" | "now" | "ask" | "helper" | "log">;

function commonHost(tool: BuiltInTool, ctx: CallContext, signal: AbortSignal): CommonHost {
  return {
    signal,
    now: () => ctx.now(),
    ask: (capability, target) => ctx.use(POLICY).check({ capability, target, method: `tools.${tool.name}` }),
    helper: (bridge, method, args) =>
      ctx.call(
        bridge,
        method,
        args.map((arg) => fromNative(arg)),
      ),
    log: (level, message) => ctx.log({ level, message }),
  };
}

function refused(tool: BuiltInTool, what: string): never {
  throw new LlmspellError("internal.bug", `the tool "${tool.name}" of effect ${tool.effect} may not use host.${what}`);
}

function memoryOf(ctx: CallContext): ToolMemory {
  const map = ctx.own(MEMORY, () => new Map<string, unknown>());
  return {
    get: (key) => map.get(key),
    set(key, value) {
      ctx.charge(bytesOf(value) - bytesOf(map.get(key)));
      map.set(key, value);
    },
    delete(key) {
      ctx.charge(-bytesOf(map.get(key)));
      return map.delete(key);
    },
    entries: () => [...map],
  };
}

function bytesOf(value: unknown): number {
  return value === undefined ? 0 : sizeOf(value as ScriptValue);
}

function filesFor(ctx: CallContext, { ask }: CommonHost): ToolFiles {
  const files = workspaceFiles(ctx);
  const reading = (path: string) => ask("fs.read", files.jail.relative(path));
  const writing = (path: string) => ask("fs.write", files.jail.relative(path));
  return {
    read: (path) => (reading(path), files.read(path)),
    readBytes: (path) => (reading(path), files.readBytes(path)),
    write: (path, content) => (writing(path), files.write(path, toBytes(content))),
    append: (path, content) => (writing(path), files.append(path, toBytes(content))),
    exists: (path) => (reading(path), files.exists(path)),
    stat(path) {
      reading(path);
      const { isDirectory, size, modified } = files.stat(path);
      return { type: isDirectory ? "folder" : "file", size, modifiedMs: modified.getTime() };
    },
    list: (path, { recursive = false } = {}) => (reading(path), files.list(path, recursive, true)),
    glob: (pattern) => (ask("fs.read", pattern), glob(files, pattern)),
    makeFolder: (path) => (writing(path), files.mkdir(path)),
    move: (from, to, { overwrite = false } = {}) => (writing(from), writing(to), files.move(from, to, overwrite)),
    copy: (from, to, { overwrite = false } = {}) => (reading(from), writing(to), files.copy(from, to, overwrite)),
    remove: (path, { recursive = false } = {}) => (writing(path), files.remove(path, recursive)),
    resolve(path, access) {
      const { jail } = files;
      ask(`fs.${access}`, jail.relative(path));
      return guard("open", path, () => (access === "read" ? jail.existing(path) : jail.writable(path)));
    },
  };
}

async function fetchFor(
  url: string,
  request: ToolRequest,
  ctx: CallContext,
  { ask, signal: outer }: CommonHost,
): Promise<Response> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new LlmspellError("input.invalid", `"${url}" is no http or https address`);
  }
  const { method = "GET", headers = {}, body, maxRedirects = DEFAULT_REDIRECTS } = request;
  const signal = request.signal ? AbortSignal.any([outer, request.signal]) : outer;
  const network = ctx.use(NETWORK);
  const askHost = (address: URL) => ask("net", hostOf(address.href) as string);
  const first = { url: new URL(url), method: method.toUpperCase(), headers: new Headers(headers), body };
  askHost(first.url);
  try {
    const response = await followRedirects(
      first,
      (hop) =>
        network.fetch(hop.url.href, { ...hop, redirect: "manual", signal, body: hop.body ?? null } as RequestInit),
      { max: maxRedirects, manual: maxRedirects === 0, beforeHop: askHost },
    );
    return bounded(response, network.maxBodyBytes);
  } catch (error) {
    throw toHttpError(error, first.url.host, signal);
  }
}

async function connectFor(host: string, port: number, ctx: CallContext, { ask, signal }: CommonHost): Promise<Socket> {
  const target = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  ask("net", target);
  try {
    return await ctx.use(NETWORK).connect(host, port, signal);
  } catch (error) {
    throw toHttpError(error, target, signal);
  }
}

/** The same response; reading more of it than `limit` bytes fails with `value.too_large`. */
function bounded(response: Response, limit: number): Response {
  if (!response.body) return response;
  let length = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, controller) {
      length += part.length;
      if (length <= limit) return controller.enqueue(part);
      throw new LlmspellError("tool.result_too_large", `${response.url} answered more than ${limit} bytes`, {
        details: { url: response.url, limit },
      });
    },
  });
  const { status, statusText, headers, url, redirected } = response;
  const same = new Response(response.body.pipeThrough(count), { status, statusText, headers });
  return Object.defineProperties(same, { url: { value: url }, redirected: { value: redirected } });
}
