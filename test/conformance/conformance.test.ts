import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogEvent } from "../../src/bridge/call-context.ts";
import { toSnakeCase } from "../../src/engine/naming.ts";
import { outlineOf } from "../../src/bridge/outline.ts";
import type { LlmspellError } from "../../src/errors.ts";
import { BRIDGE_NAMES, loadBridge } from "../../src/runtime/bridge-sources.ts";
import { createRuntime } from "../../src/runtime/create-runtime.ts";
import type { RunOptions, RunResult } from "../../src/runtime/runtime-options.ts";
import { type ModelReply, type ModelServer, startModelServer } from "../../src/testing/model-server.ts";
import { scriptedAnswers } from "../../src/testing/scripted-answers.ts";
import { type FoundCase, LANGUAGES, type Language, findCases, outcomeOf } from "./case.ts";
import { type WebServer, startWebServer } from "./web-server.ts";

const cases = findCases(import.meta.dirname);
const workspaces = mkdtempSync(path.join(tmpdir(), "llmspell-conformance-"));
const runtime = createRuntime({
  workers: 2,
  limits: { hostCalls: 1000, timeoutMs: 15_000 },
  stateFolder: path.join(workspaces, ".state"),
  cacheFolder: path.join(workspaces, ".cache"),
});
let web: WebServer;
let modelServer: ModelServer;

beforeAll(async () => {
  for (const { env } of [...cases.values()].flat()) Object.assign(process.env, env);
  web = await startWebServer();
  modelServer = await startModelServer(({ prompt, protocol, body }): ModelReply => {
    if (prompt.includes("overloaded") || body.model === "busy")
      return { status: 503, headers: { "retry-after": "7" }, body: { error: { message: "busy" } } };
    if (body.model === "slow") return { text: "late", delayMs: 5000 };
    return { text: protocol === "openai-chat" ? `${String(body.model)} heard: ${prompt}` : protocol };
  });
});
afterAll(async () => {
  await runtime.shutdown();
  await Promise.all([web.close(), modelServer.close()]);
  rmSync(workspaces, { recursive: true });
});

interface Run {
  result: RunResult;
  logs: LogEvent[];
}

function modelsOf(found: FoundCase, scripted: ModelServer | undefined): NonNullable<RunOptions["models"]> {
  const server = scripted ?? (found.modelServer ? modelServer : undefined);
  if (!server) return { model: "offline" };
  return { model: "openai/chatty", env: { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: "secret" } };
}

async function run(found: FoundCase, language: Language): Promise<Run> {
  await using scripted = found.answers ? await startModelServer(scriptedAnswers(found.answers)) : undefined;
  const workspace = path.join(workspaces, found.topic, found.name + language);
  mkdirSync(workspace, { recursive: true });
  for (const [name, text] of Object.entries(found.files ?? {})) {
    mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true });
    writeFileSync(path.join(workspace, name), text);
  }
  const logs: LogEvent[] = [];
  const answers = [...(found.person ?? [])];
  const options: RunOptions = {
    workspace,
    params: { ...found.params, ...(found.web ? { server: `http://${web.host}` } : {}) },
    args: found.args ?? [],
    models: modelsOf(found, scripted),
    limits: found.limits ?? {},
    budget: found.budget ?? {},
    permissions: {
      ...(found.web ? { privateNet: [web.host] } : {}),
      env: found.allowEnv ?? [],
      commands: found.commands ?? [],
      fs: found.fs ?? "write",
    },
    onLog: (event) => logs.push(event),
    ...(found.person ? { onQuestion: () => answers.shift() ?? null } : {}),
    ...(found.seed === undefined ? {} : { seed: found.seed }),
  };
  return { result: await runtime.run(found.file + language, options), logs };
}

function placeOf({ frames = [] }: LlmspellError, { file }: FoundCase): string {
  const [frame] = frames;
  if (!frame) return "nowhere";
  return `${path.relative(path.dirname(file), frame.file).replace(/\.\w+$/, "")}:${frame.line}`;
}

async function check(found: FoundCase, language: Language): Promise<void> {
  const { result, logs } = await run(found, language);
  const expected = outcomeOf(found, language);
  if (expected.error !== undefined) expect(result.ok ? "no error" : result.error.code).toBe(expected.error);
  else
    expect(result.ok ? { value: result.value ?? null } : { error: result.error.toData() }).toEqual({
      value: expected.result ?? null,
    });
  if (expected.message !== undefined) expect(result.ok ? "" : result.error.message).toContain(expected.message);
  if (expected.at !== undefined) expect(result.ok ? "" : placeOf(result.error, found)).toBe(expected.at);
  if (expected.output !== undefined) expect(result.output).toBe(expected.output);
  if (expected.logs !== undefined) expect(logs).toEqual(expected.logs);
}

for (const [topic, ofTopic] of cases) {
  describe(topic, () => {
    for (const found of ofTopic) {
      for (const language of LANGUAGES) {
        const gap = found.gaps?.[language];
        const define = gap === undefined ? it.concurrent : it.concurrent.fails;
        const note = gap === undefined ? "" : ` (gap: ${gap})`;
        define(found.name + language + note, () => check(found, language));
      }
    }
  });
}

describe("random numbers", () => {
  const rolls = {
    lua: "return { math.random(), math.random(1000000), math.random() }",
    javascript: "return [Math.random(), Math.floor(Math.random() * 1000000), Math.random()]",
    tengo: `rand := import("rand")\nexport [rand.float(), rand.intn(1000000), rand.float()]`,
  };
  it.each(Object.entries(rolls))("follow the seed in %s", async (engine, code) => {
    const roll = async (seed?: number) => {
      const result = await runtime.exec(code, { engine, ...(seed === undefined ? {} : { seed }) });
      return result.ok ? result.value : result.error;
    };
    const [first, again, other, random, random2] = [
      await roll(7),
      await roll(7),
      await roll(8),
      await roll(),
      await roll(),
    ];
    expect(first).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)]);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(random2).not.toEqual(random);
  });
});

describe("every method of every bridge has a case", () => {
  const globals = BRIDGE_NAMES.join("|");
  const isCalled = (language: Language, call: RegExp, topics: readonly string[]): boolean =>
    topics.some((topic) => (cases.get(topic) ?? []).some(({ scripts }) => call.test(scripts[language])));
  const spelled = (name: string, language: Language) => (language === ".js" ? name : toSnakeCase(name));
  for (const bridge of BRIDGE_NAMES.map((name) => outlineOf(loadBridge(name)))) {
    it(bridge.name, () => {
      const missing: string[] = [];
      for (const language of LANGUAGES) {
        for (const { name, internal } of bridge.methods) {
          const call = new RegExp(`\\b${bridge.name}[.:]${spelled(name, language)}\\b`);
          if (!internal && !isCalled(language, call, [...cases.keys()]))
            missing.push(`${bridge.name}.${name} in ${language}`);
        }
        for (const { type, methods } of bridge.handles) {
          for (const { name, internal } of methods) {
            // Methods of handles are called on a variable or a result, in a case of the bridge's own topic.
            const call = new RegExp(`(?:\\b(?!(?:${globals})\\b)\\w+|\\))[.:]${spelled(name, language)}\\(`);
            if (!internal && !isCalled(language, call, [bridge.name])) missing.push(`${type}:${name} in ${language}`);
          }
        }
      }
      expect(missing).toEqual([]);
    });
  }
});
