import assert from "node:assert/strict";
import { z } from "zod";
import { CompiledMethod } from "../bridge/compiled-method.ts";
import type { BridgeDefinition, Method } from "../bridge/define-bridge.ts";
import { toCamelCase, toSnakeCase } from "../engine/naming.ts";
import { outlineOf } from "../bridge/outline.ts";
import { tagOf } from "../bridge/schema-tags.ts";
import { compileInput, compileOutput } from "../bridge/shaper.ts";
import { createBridgeHarness } from "./bridge-harness.ts";
import { type ContractCase, type Gaps, withGaps } from "./contract.ts";
import { walkSchema } from "./walk-schema.ts";

/** Words that Lua does not take as a field, `t.end`. */
const LUA_RESERVED = new Set(
  "and break do else elseif end false for function goto if in local nil not or repeat return then true until while".split(
    " ",
  ),
);
/** Words that JavaScript takes as a field but not as a variable. */
const JAVASCRIPT_RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if " +
    "implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield"
  ).split(" "),
);
const CAMEL_CASE = /^[a-z][a-zA-Z0-9]*$/;
const EFFECTS = ["pure", "local", "read", "write", "composite"];

export type BridgeContractCase = keyof ReturnType<typeof bridgeCases>;

export interface BridgeContractOptions {
  /** Handle types of other bridges that this one takes or answers. */
  handleTypes?: readonly string[];
  gaps?: Gaps<BridgeContractCase>;
}

/**
 * What every bridge must satisfy, whatever its methods do, as cases for any test runner.
 *
 * @example
 * for (const { name, run } of bridgeContract(hexBridge)) it(name, run);
 */
export function bridgeContract(bridge: BridgeDefinition, options: BridgeContractOptions = {}): ContractCase[] {
  return withGaps(bridgeCases(bridge, options.handleTypes ?? []), options.gaps ?? {});
}

interface NamedMethod {
  /** `bridge.method` or `type.method`. */
  full: string;
  owner: string;
  name: string;
  ofHandle: boolean;
  spec: Method;
}

function methodsOf(bridge: BridgeDefinition): NamedMethod[] {
  const named = (owner: string, methods: BridgeDefinition["methods"], ofHandle: boolean): NamedMethod[] =>
    Object.entries(methods).map(([name, spec]) => ({
      full: `${owner}.${name}`,
      owner,
      name,
      ofHandle,
      spec: spec as unknown as Method,
    }));
  const ofHandles = Object.entries(bridge.handles ?? {}).flatMap(([type, { methods }]) => named(type, methods, true));
  return [...named(bridge.name, bridge.methods, false), ...ofHandles];
}

/** All schemas of a method with their place, e.g. `llm.chat(options)`. */
function schemasOf({ full, spec }: NamedMethod): [where: string, schema: z.ZodType][] {
  const inputs = Object.entries(spec.input).map(([name, schema]): [string, z.ZodType] => [`${full}(${name})`, schema]);
  return [
    ...inputs,
    ...(spec.rest ? [[`${full}(...)`, spec.rest] as [string, z.ZodType]] : []),
    [`${full}'s result`, spec.output],
  ];
}

function bridgeCases(bridge: BridgeDefinition, handleTypes: readonly string[]) {
  const methods = methodsOf(bridge);
  const handles = bridge.handles ?? {};
  /** One case that collects every problem instead of stopping at the first. */
  const noProblems = (name: string, problems: () => readonly string[]): ContractCase => ({
    name,
    run: async () => assert.deepEqual(await problems(), []),
  });

  return {
    names: noProblems("names everything in camelCase that both languages can write", () => [
      ...[bridge.name, ...(bridge.aliases ?? [])].flatMap((name) => [
        ...badName(name),
        ...(JAVASCRIPT_RESERVED.has(name) ? [`${name} is reserved in JavaScript`] : []),
      ]),
      ...[...methods.map(({ name }) => name), ...Object.keys(bridge.constants ?? {})].flatMap(badName),
      ...methods.flatMap(({ full, spec }) =>
        Object.keys(spec.input)
          .flatMap(badSpelling)
          .map((problem) => `${full}: ${problem}`),
      ),
      ...methods.flatMap((method) => schemasOf(method).flatMap(([where, schema]) => badFields(where, schema))),
    ]),
    distinct: noProblems("uses every name once, in either spelling", () => [
      ...twice([...Object.keys(bridge.methods), ...Object.keys(bridge.constants ?? {})]),
      ...Object.values(handles).flatMap(({ methods: ofHandle }) => twice(Object.keys(ofHandle))),
      ...twice([bridge.name, ...(bridge.aliases ?? [])]),
    ]),
    summaries: noProblems("says what everything is for, in sentences", () => [
      ...badSentence(bridge.name, bridge.summary),
      ...Object.entries(handles).flatMap(([type, { summary }]) => badSentence(type, summary)),
      ...methods.flatMap(({ full, spec }) => badSentence(full, spec.summary)),
    ]),
    schemas: noProblems("has schemas that can be compiled and turned into JSON Schema", () =>
      methods.flatMap((method) => schemasOf(method).flatMap(badSchema)),
    ),
    optionalLast: noProblems("takes optional parameters last", () =>
      methods.flatMap(({ full, spec }) => {
        const optional = Object.values(spec.input).map((schema) => schema._zod.optin === "optional");
        return optional.lastIndexOf(false) > optional.indexOf(true) && optional.includes(true)
          ? [`${full} takes a parameter after an optional one`]
          : [];
      }),
    ),
    effects: noProblems("says what each method does to the world, and asks for nothing that a pure one skips", () =>
      methods.flatMap(badEffect),
    ),
    journaled: noProblems("answers data alone from what is journaled", () =>
      methods
        .filter(({ spec }) => spec.effect === "read" || spec.effect === "write")
        .flatMap(({ full, spec }) =>
          handleTypesIn(spec.output).map((type) => `${full} is journaled and answers a ${type}`),
        ),
    ),
    handleTypes: noProblems("declares the handle types that it names", () => {
      const known = new Set([...Object.keys(handles), ...handleTypes]);
      return methods.flatMap((method) =>
        schemasOf(method).flatMap(([where, schema]) =>
          handleTypesIn(schema)
            .filter((type) => !known.has(type))
            .map((type) => `${where} names the unknown type ${type}`),
        ),
      );
    }),
    iterators: noProblems("iterates by a method without parameters that answers nil at the end", () =>
      Object.entries(handles).flatMap(([type, { iterator, methods: ofHandle }]) =>
        iterator === undefined
          ? []
          : badIterator(`${type}.${iterator}`, ofHandle[iterator] as unknown as Method | undefined),
      ),
    ),
    sync: noProblems("answers at once where it says so", () => methods.flatMap(badSync)),
    outline: {
      name: "has an outline that is plain JSON",
      async run() {
        const outline = outlineOf(bridge);
        assert.deepEqual(JSON.parse(JSON.stringify(outline)), outline);
      },
    },
    refuses: {
      name: "refuses missing and surplus arguments before anything happens",
      async run() {
        for (const { full, spec, ofHandle } of methods) {
          if (ofHandle || spec.internal) continue;
          const parameters = Object.values(spec.input);
          const harness = createBridgeHarness([bridge]);
          const given = spec.rest ? [] : Array.from({ length: parameters.length + 1 }, () => "surplus");
          if (given.length > 0)
            assert.equal(
              (await harness.fail(full, given)).code,
              "input.invalid",
              `${full} takes more arguments than it declares`,
            );
          const required = parameters.some(
            (schema) => schema._zod.optin !== "optional" && !schema.safeParse(undefined).success,
          );
          if (required)
            assert.equal((await harness.fail(full, [])).code, "input.invalid", `${full} does without its arguments`);
          assert.deepEqual(harness.journal(), []);
        }
      },
    },
  } satisfies Record<string, ContractCase>;
}

function badName(name: string): string[] {
  return [...badSpelling(name), ...(LUA_RESERVED.has(toSnakeCase(name)) ? [`${name} is reserved in Lua`] : [])];
}

function badSpelling(name: string): string[] {
  if (CAMEL_CASE.test(name) && toCamelCase(toSnakeCase(name)) === name) return [];
  return [`${name} is not camelCase, or does not come back from snake_case`];
}

function badFields(where: string, schema: z.ZodType): string[] {
  const problems: string[] = [];
  walkSchema(schema, (_, field) => {
    if (field !== undefined) problems.push(...badName(field).map((problem) => `${where}: ${problem}`));
  });
  return [...new Set(problems)];
}

function twice(names: readonly string[]): string[] {
  const spellings = names.map(toSnakeCase);
  return names
    .filter((name, index) => spellings.indexOf(toSnakeCase(name)) !== index)
    .map((name) => `${name} is there twice`);
}

function badSentence(where: string, text: string): string[] {
  return /^[^a-z\s].*[^.\s]\.$/s.test(text) ? [] : [`the summary of ${where} is no sentence: "${text}"`];
}

function badSchema([where, schema]: [string, z.ZodType]): string[] {
  try {
    compileInput(schema);
    compileOutput(schema, "snake");
    compileOutput(schema, "camel");
    for (const io of ["input", "output"] as const)
      JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: "any" }));
    return [];
  } catch (error) {
    return [`${where}: ${(error as Error).message}`];
  }
}

function badEffect({ full, spec }: NamedMethod): string[] {
  if (!EFFECTS.includes(spec.effect)) return [`${full} has no effect of ${EFFECTS.join(", ")}`];
  const skipped = (["capability", "estimate", "usage", "lenient"] as const).filter(
    (stage) => spec[stage] !== undefined,
  );
  return [
    ...(spec.effect === "pure" ? skipped.map((stage) => `${full} is pure, so its ${stage} counts for nothing`) : []),
    ...(spec.target && spec.capability === undefined ? [`${full} has a target, but no capability`] : []),
    ...(spec.passive && spec.effect !== "local" ? [`${full} is passive, but not local`] : []),
  ];
}

function handleTypesIn(schema: z.ZodType): string[] {
  const types = new Set<string>();
  walkSchema(schema, (at) => {
    const type = tagOf(at)?.handle;
    if (type !== undefined) types.add(type);
  });
  return [...types];
}

function badIterator(full: string, spec: Method | undefined): string[] {
  if (!spec) return [`${full} is not there`];
  const required = Object.values(spec.input).filter((schema) => schema._zod.optin !== "optional");
  const endless = !spec.output.safeParse(null).success && !spec.output.safeParse(undefined).success;
  return [
    ...(required.length > 0 ? [`${full} wants arguments`] : []),
    ...(endless ? [`${full} cannot answer nil`] : []),
  ];
}

function badSync({ full, owner, name, ofHandle, spec }: NamedMethod): string[] {
  const kind = spec.run.constructor.name;
  if (kind === "AsyncGeneratorFunction") return [`${full} is an async generator`];
  if (spec.sync && spec.passive) return [`${full} waits for another task, so it cannot be sync`];
  if (!spec.sync || kind !== "AsyncFunction") return [];
  const shown = new CompiledMethod({ name: owner, summary: "", methods: {} }, owner, name, spec, ofHandle).signature();
  return [`${shown} is sync, but its function is async`];
}
