import { Validator } from "@cfworker/json-schema";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../../test/support/root.ts";
import { scratchFolder } from "../../test/support/scratch.ts";
import { configJsonSchema } from "./json-schema.ts";
import { inspectConfig } from "./load-config.ts";

const validator = new Validator(configJsonSchema() as object, "2020-12");

/** Whether the schema and the loading accept a file. */
async function verdicts(text: string): Promise<[schema: boolean, loading: boolean]> {
  using folder = scratchFolder({ "config.yaml": text });
  const sources = { folder: folder.path, home: folder.path, userFolder: folder.path, env: { X: "1s" } };
  const { problems } = await inspectConfig({ ...sources, file: false });
  return [validator.validate(parse(text)).valid, problems.length === 0];
}

describe("the JSON Schema and the loading of files agree", () => {
  it.each([
    readFileSync(path.join(ROOT, "test/seeds/llmspell.yaml"), "utf8"),
    "limits:\n",
    "limits: {cpu: '${X}', hostCalls: 5, memory: 8388608}",
    "$schema: ./x.json\nprofiles: {a: {limits: {cpu: 5s}}, b: }",
    "models: {providers: {any: {apiKey: x, headers: {A-b: c}}}}",
    "security: {enableSandboxing: true}",
  ])("that this is right: %j", async (text) => {
    expect(await verdicts(text)).toEqual([true, true]);
  });

  it.each([
    "limit: {}",
    "limits: []",
    "limits: {cpu: soon}",
    "limits: {memory: 64 potatoes}",
    "limits: {host_calls: 1.5}",
    "limits: {host_calls: -1}",
    "permissions: {net: a}",
    "permissions: {net: [1]}",
    "permissions: {fs: all}",
    "engines: {lua: {sandbox: none}}",
    "engines: {cobol: {}}",
    "bridges: {stdlib: {allowed_packages: [os]}}",
    "security: {enable_sandboxing: false}",
    "models: {default: ''}",
    "models: {default: [a]}",
    "models: {providers: {openai: {key: x}}}",
    "profiles: {a: {extends: x}}",
    "extends: {a: b}",
    "logging: {level: loud}",
  ])("that this is wrong: %s", async (text) => {
    expect(await verdicts(text)).toEqual([false, false]);
  });
});
