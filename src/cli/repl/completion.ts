import { toCamelCase, toSnakeCase } from "../../engine/naming.ts";
import { BUILT_IN_TOOLS } from "../../tools/built-in-tools.ts";
import type { BridgeOutline } from "../../bridge/outline.ts";
import type { Completion } from "../terminal/line-reader.ts";
import type { ReplLanguage } from "./language.ts";
import type { ReplAnswer, ReplRequest } from "./protocol.ts";
import { callAt, signatureOf } from "./signature.ts";

export interface CompletionSource {
  language: ReplLanguage;
  /** Names of the prompt's own commands, with their dot. */
  commands: readonly string[];
  bridges(): readonly BridgeOutline[];
  ask(request: ReplRequest): Promise<ReplAnswer>;
  /** Names of files that begin so. */
  files(prefix: string): readonly string[];
}

/** What may stand at the cursor: commands, files, and the names that are really there, as the VM knows them. */
export async function complete(source: CompletionSource, text: string, cursor: number): Promise<Completion> {
  const before = text.slice(0, cursor);
  const command = /^\s*(\.[a-z]*)$/.exec(before);
  if (command) return matching(source.commands, command[1] ?? "", cursor);
  const file = /^\s*\.(?:load|save)\s+(.*)$/.exec(before);
  if (file) return matching(source.files(file[1] ?? ""), file[1] ?? "", cursor);
  const offset = /^\s*\.(?:type|time)\s+/.exec(before)?.[0].length ?? 0;
  return completeNames(source, text.slice(offset), cursor - offset, offset);
}

async function completeNames(
  source: CompletionSource,
  text: string,
  cursor: number,
  offset: number,
): Promise<Completion> {
  const { language } = source;
  const call = callAt(text, cursor, language);
  const hint = call && signatureOf(call, language.naming);
  const found = language.pathAt(text, cursor);
  if (!found) return { start: cursor + offset, items: [], ...(hint ? { hint } : {}) };
  const { path, start } = found;
  const typed = text.slice(start, cursor);
  if (typed === "" && path.length === 0 && hint) return { start: start + offset, items: [], hint };
  const { names = [], handle } = await source.ask({ task: "names", path }).catch((): ReplAnswer => ({}));
  const methods = handle === undefined ? builtInsOf(path, language) : methodsOf(handle, source);
  const keywords = path.length === 0 ? language.keywords : [];
  return { ...matching([...names, ...methods, ...keywords], typed, cursor + offset), ...(hint ? { hint } : {}) };
}

/** Built-in tools answer as members of `tools`, which no enumeration of it tells. */
function builtInsOf(path: readonly string[], { naming }: ReplLanguage): string[] {
  if (path.length !== 1 || (path[0] !== "tools" && path[0] !== "tool")) return [];
  const names = Object.keys(BUILT_IN_TOOLS);
  return naming === "snake" ? names : [...names, ...names.map(toCamelCase)];
}

function methodsOf(type: string, { bridges, language }: CompletionSource): string[] {
  const handle = bridges()
    .flatMap(({ handles }) => handles)
    .find((shape) => shape.type === type);
  const names = handle?.methods.filter(({ internal }) => !internal).map(({ name }) => name) ?? [];
  return language.naming === "snake" ? names.map(toSnakeCase) : names;
}

function matching(names: readonly string[], typed: string, cursor: number): Completion {
  const items = [...new Set(names)].filter((name) => name.startsWith(typed)).toSorted(byName);
  return { start: cursor - typed.length, items: items.map((text) => ({ text })) };
}

/** Names with a leading underscore come last. */
function byName(a: string, b: string): number {
  return Number(a.startsWith("_")) - Number(b.startsWith("_")) || (a < b ? -1 : 1);
}
