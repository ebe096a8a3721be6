import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { toSnakeCase } from "../../src/bridge/naming.ts";
import { outlineOf } from "../../src/bridge/outline.ts";
import { BRIDGE_NAMES, loadBridge } from "../../src/runtime/bridge-sources.ts";
import { createRuntime } from "../../src/runtime/create-runtime.ts";
import type { ScriptValue } from "../../src/values/script-value.ts";

/**
 * One behaviour in every language: `<topic>/<case>.json` says what each `<topic>/<case>.<language>` must do.
 *
 * The scripts return data; functions of the language itself (string formatting, sorting) are no part of a case.
 */
interface Case {
  params?: Record<string, ScriptValue>;
  /** What the script returns. */
  result?: ScriptValue;
  /** What it prints. */
  output?: string;
  /** The code of the error that ends it. */
  error?: string;
}

const LANGUAGES = [".lua", ".js"] as const;
const folder = import.meta.dirname;
const workspace = mkdtempSync(path.join(tmpdir(), "llmspell-conformance-"));
const runtime = createRuntime({ workspace, limits: { hostCalls: 1000 }, models: { model: "offline" } });
afterAll(async () => {
  await runtime.shutdown();
  rmSync(workspace, { recursive: true });
});

const topics = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
const scripts: Record<string, string[]> = Object.fromEntries(LANGUAGES.map((language) => [language, []]));

for (const topic of topics) {
  describe(topic, () => {
    const cases = readdirSync(path.join(folder, topic)).filter((file) => file.endsWith(".json")).map((file) => path.basename(file, ".json"));
    for (const name of cases) {
      const file = path.join(folder, topic, name);
      const expected = JSON.parse(readFileSync(`${file}.json`, "utf8")) as Case;
      for (const language of LANGUAGES) {
        scripts[language]?.push(readFileSync(file + language, "utf8"));
        it.concurrent(`${name}${language}`, async () => {
          const result = await runtime.run(file + language, {
            params: expected.params ?? {},
            workspace: path.join(workspace, topic, name + language),
          });
          if (expected.error !== undefined) expect(result.ok ? "no error" : result.error.code).toBe(expected.error);
          else expect(result.ok ? { value: result.value } : { error: result.error.toData() }).toEqual({ value: expected.result ?? null });
          if (expected.output !== undefined) expect(result.output).toBe(expected.output);
        });
      }
    }
  });
}

describe("every method of every bridge has a case", () => {
  const calls = (language: string, owner: string, method: string): boolean => {
    const pattern = new RegExp(`${owner}[.:]${method}\\b`);
    return (scripts[language] ?? []).some((script) => pattern.test(script));
  };
  for (const bridge of BRIDGE_NAMES.map((name) => outlineOf(loadBridge(name)))) {
    const methods = bridge.methods.filter(({ internal }) => !internal).map(({ name }) => name);
    const ofHandles = bridge.handles.flatMap(({ methods: all }) => all.map(({ name }) => name));
    it(bridge.name, () => {
      const missing = [
        ...methods.filter((name) => !calls(".lua", bridge.name, toSnakeCase(name))).map((name) => `${bridge.name}.${name} in Lua`),
        ...methods.filter((name) => !calls(".js", bridge.name, name)).map((name) => `${bridge.name}.${name} in JavaScript`),
        ...ofHandles.filter((name) => !calls(".lua", "\\w", toSnakeCase(name))).map((name) => `${name} of a ${bridge.name} handle in Lua`),
        ...ofHandles.filter((name) => !calls(".js", "\\w", name)).map((name) => `${name} of a ${bridge.name} handle in JavaScript`),
      ];
      expect(missing).toEqual([]);
    });
  }
});
