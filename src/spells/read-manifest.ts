import type { z } from "zod";
import { describeIssue } from "../bridge/issue-text.ts";
import { type DocumentText, type LocatedDocument, type Place, frameAt } from "../documents/located-document.ts";
import { LlmspellError } from "../errors.ts";
import { isPlainObject } from "../values/script-value.ts";
import { readDuration, readSize } from "../values/units.ts";
import { canonicalManifest, rawPath } from "./canonical-keys.ts";
import type { DeclaredLimits, SpellManifest } from "./manifest.ts";
import { type ManifestInput, manifestSchema } from "./manifest-schema.ts";
import { type RuleInput, readParameters } from "./parameter-rules.ts";

/** A manifest, and where its parts stand: for errors that come up later. */
export interface LocatedManifest {
  manifest: SpellManifest;
  /** As errors name it. */
  file: string;
  /** `manifest.invalid` at a part of the manifest; throw it. */
  problemAt(path: readonly PropertyKey[], problem: string, hint?: string): LlmspellError;
}

interface Problem {
  place: Place;
  text: string;
}

/** Reads a parsed manifest. Throws `manifest.invalid`, which names all that is wrong and where. */
export async function readManifest(document: LocatedDocument, source: DocumentText): Promise<LocatedManifest> {
  const problems: Problem[] = [];
  const refuse = (path: readonly PropertyKey[], text: string) => problems.push({ place: document.placeOf(path), text });
  if (!isPlainObject(document.value)) {
    refuse([], "expected keys and values, such as name: research");
    throw manifestError(source, problems);
  }
  const canonical = canonicalManifest(document.value, refuse);
  const refuseCanonical = (path: readonly PropertyKey[], text: string) => refuse(rawPath(document.value, path), text);
  const parsed = manifestSchema.safeParse(canonical);
  for (const { path, text } of parsed.error?.issues.flatMap((issue) => plainIssues(issue)) ?? [])
    refuseCanonical(path, text);
  if (!parsed.success) throw manifestError(source, problems);

  const parameters = (parsed.data.parameters ?? []) as RuleInput[];
  const compilePattern = hasPattern(parameters) ? (await import("./linear-pattern.ts")).compilePattern : neverCalled;
  const manifest: SpellManifest = {
    ...withoutParts(parsed.data),
    keywords: parsed.data.keywords ?? [],
    parameters: readParameters(parameters, ["parameters"], { refuse: refuseCanonical, compilePattern }),
    limits: limitsOf(parsed.data.limits ?? {}),
    dependencies: parsed.data.dependencies ?? [],
    models: modelsOf(parsed.data.models ?? {}),
  };
  if (problems.length > 0) throw manifestError(source, problems);
  return {
    manifest,
    file: source.file,
    problemAt: (path, problem, hint) =>
      manifestError(source, [{ place: document.placeOf(rawPath(document.value, path)), text: problem }], hint),
  };
}

function withoutParts({ $schema: _, parameters: _p, limits: _l, models: _m, ...rest }: ManifestInput) {
  return rest as Pick<SpellManifest, keyof typeof rest>;
}

/** The issues of a union of list and map are those of the list: a map has become one. */
function plainIssues(
  issue: z.core.$ZodIssue,
  base: readonly PropertyKey[] = [],
): { path: PropertyKey[]; text: string }[] {
  const path = [...base, ...issue.path];
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      path: [...path, key],
      text: describeIssue({ ...issue, path, keys: [key] }, manifestSchema),
    }));
  if (issue.code !== "invalid_union" || issue.message !== "Invalid input")
    return [{ path, text: sentence(issue, path) }];
  const [asList = []] = issue.errors;
  if (asList.every((inner) => inner.path.length === 0))
    return [{ path, text: "expected a list of parameters, or a map by name" }];
  return asList.flatMap((inner) => plainIssues(inner, path));
}

function sentence(issue: z.core.$ZodIssue, path: readonly PropertyKey[]): string {
  const what = path.findLast((step) => typeof step === "string");
  const text = issue.message.replace(/^Invalid input: /, "").replace(/, received undefined$/, ", and there is none");
  return what === undefined ? text : `${String(what)}: ${text}`;
}

function manifestError(source: DocumentText, problems: readonly Problem[], hint?: string): LlmspellError {
  const sorted = problems.toSorted((a, b) => a.place.line - b.place.line);
  const frames = sorted.map(({ place }) => frameAt(source, place));
  const only = sorted.length === 1 ? sorted[0] : undefined;
  const message = only
    ? `${source.file}: ${only.text}`
    : `${source.file} has ${sorted.length} problems:\n${sorted.map(({ place, text }) => `  line ${place.line}: ${text}`).join("\n")}`;
  return new LlmspellError("manifest.invalid", message, { frames: frames.slice(0, 1), ...(hint ? { hint } : {}) });
}

function hasPattern(rules: readonly RuleInput[]): boolean {
  return rules.some(
    ({ pattern, items, properties }) =>
      pattern !== undefined || (items && hasPattern([items])) || (properties && hasPattern(properties)),
  );
}

function neverCalled(): never {
  throw new Error("no rule has a pattern");
}

/** Under the names and in the units of a run's limits. */
function limitsOf({
  memory,
  cpu,
  timeout,
  hostCalls,
  concurrentCalls,
  ...bytes
}: NonNullable<ManifestInput["limits"]>): DeclaredLimits {
  const limits: DeclaredLimits = {};
  if (memory !== undefined) limits.memoryBytes = bytesOf(memory);
  if (cpu !== undefined) limits.cpuMs = msOf(cpu);
  if (timeout !== undefined) limits.timeoutMs = msOf(timeout);
  if (hostCalls !== undefined) limits.hostCalls = hostCalls;
  if (concurrentCalls !== undefined) limits.concurrentCalls = concurrentCalls;
  for (const name of ["outputBytes", "hostBytes", "valueBytes", "stateBytes"] as const) {
    const size = bytes[name];
    if (size !== undefined) limits[name] = bytesOf(size);
  }
  return limits;
}

function bytesOf(size: number | string): number {
  return typeof size === "number" ? size : (readSize(size) as number);
}

function msOf(duration: number | string): number {
  return typeof duration === "number" ? duration * 1000 : (readDuration(duration) as number);
}

function modelsOf({ default: model, required }: NonNullable<ManifestInput["models"]>): SpellManifest["models"] {
  return {
    ...(model === undefined ? {} : { model }),
    ...(required === undefined ? {} : { requireModel: required }),
  };
}
