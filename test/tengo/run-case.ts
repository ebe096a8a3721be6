import type { BridgeShape } from "../../src/engine/shape.ts";
import type { ScriptEngine } from "../../src/engine/script-engine.ts";
import { DEFAULT_VALUE_LIMITS, type ScriptValue } from "../../src/values/script-value.ts";
import { LlmspellError } from "../../src/errors.ts";
import { createTengoEngine } from "../../src/engines/tengo/tengo-engine.ts";
import { BUILTIN_NAMES } from "../../src/engines/tengo/builtin-names.ts";
import { translate } from "../../src/engines/tengo/compile/translate.ts";
import { parse } from "../../src/engines/tengo/syntax/parser.ts";
import { Source } from "../../src/engines/tengo/syntax/problems.ts";
import { TENGO_PRELUDE } from "../../src/engines/tengo/prelude/prelude.ts";
import { BridgeCatalogue } from "../../src/bridge/catalogue.ts";
import { outlineOf } from "../../src/bridge/outline.ts";
import { regexBridge } from "../../src/bridges/regex.ts";
import { timeBridge } from "../../src/bridges/time.ts";
import { createBridgeHarness } from "../../src/testing/bridge-harness.ts";
import { ENCODER, literal, type TypedValue } from "./typed-values.ts";

export interface Case {
  name: string;
  kind: "run" | "error" | "parse-ok" | "parse-error" | "compile-ok" | "compile-error";
  input: string;
  expected?: TypedValue;
  errorContains?: string;
  errorFull?: string;
  modules?: Record<string, string>;
  symbols?: Record<string, TypedValue>;
}

/** What the standard library asks the host for. */
const BRIDGES = [regexBridge, timeBridge];
const SHAPES: readonly BridgeShape[] = new BridgeCatalogue(
  BRIDGES.map((bridge) => ({ outline: outlineOf(bridge), load: () => bridge })),
).shapes;

export async function conformanceEngine(): Promise<ScriptEngine> {
  const engine = createTengoEngine([...TENGO_PRELUDE, ENCODER]);
  await engine.initialize({});
  return engine;
}

export type Outcome = { value: unknown } | { error: string };

/** Runs a case; answers the typed value of `out`, or the error as Tengo prints it. */
export async function runCase(engine: ScriptEngine, { input, modules, symbols, kind }: Case): Promise<Outcome> {
  if (kind === "parse-ok" || kind === "compile-ok") return tryOnly(kind, input);
  const defined = Object.entries(symbols ?? {}).map(([name, value]) => `${name} := ${literal(value)}\n`);
  const result = kind === "run" ? "\nexport out" : "";
  const vm = engine.open({
    host: createBridgeHarness(BRIDGES, { naming: "snake" }).dispatcher,
    gate: { enter() {}, leave() {}, expired: () => false, violation: () => new LlmspellError("limit.cpu", "") },
    bridges: SHAPES,
    globals: {},
    memoryBytes: 64 * 1024 * 1024,
    values: DEFAULT_VALUE_LIMITS,
    seed: 1,
    now: () => 1_700_000_000_000,
    resolve(specifier) {
      const source = modules?.[specifier];
      if (source === undefined)
        throw new LlmspellError("script.module_not_found", `module '${specifier}' not found`, {
          details: { phase: "compile" },
        });
      return { id: specifier, source };
    },
  });
  try {
    const value = (await vm.run({ file: "test", code: `${defined.join("")}${input}${result}` })) as ScriptValue;
    return {
      value: JSON.parse(JSON.stringify(value), (_, item: TypedValue) =>
        item?.t === "float" ? { t: "float", v: Number(String(item.v).replace("inf", "Infinity")) } : item,
      ) as unknown,
    };
  } catch (error) {
    return { error: tengoText(error as LlmspellError) };
  } finally {
    vm.dispose();
  }
}

function tryOnly(kind: "parse-ok" | "compile-ok", input: string): Outcome {
  try {
    if (kind === "parse-ok") parse(new Source("test", input));
    else translate({ file: "test", code: input }, { builtins: BUILTIN_NAMES, host: undefined });
    return { value: null };
  } catch (error) {
    return { error: tengoText(error as LlmspellError) };
  }
}

function tengoText(error: LlmspellError): string {
  const phase = error.details?.phase;
  const head = phase === "parse" ? "Parse Error" : phase === "compile" ? "Compile Error" : "Runtime Error";
  const frames = (error.frames ?? []).map(({ file, line, column }) => `\n\tat ${file}:${line}:${column}`);
  // Tengo counts further errors behind the position.
  const [, message, more = ""] = /^([^]*?)( \(and \d+ more errors?\))?$/.exec(error.message) as RegExpExecArray;
  return `${head}: ${message}${frames.join("")}${more}`;
}
