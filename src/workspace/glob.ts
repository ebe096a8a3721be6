import fs from "node:fs";
import path from "node:path";
import { LlmspellError } from "../errors.ts";
import { MAX_ENTRIES, type WorkspaceFiles } from "./files.ts";
import { guard } from "./fs-error.ts";

const MAX_ALTERNATIVES = 256;

/**
 * Files of the workspace that fit a pattern, sorted: `*` and `?` within a name, `**` for any folders, `[a-z]`,
 * `{a,b}`. Names that start with a dot fit only a part that does too. Links to folders are not entered.
 */
export function glob(files: WorkspaceFiles, pattern: string): string[] {
  const found = new Set<string>();
  let visited = 0;
  for (const alternative of expandBraces(pattern)) {
    const segments = files.jail.relative(alternative).split("/");
    const seen = new Set<string>();
    const visit = (folder: string, prefix: string, index: number): void => {
      const state = `${index}:${prefix}`;
      if (seen.has(state)) return;
      seen.add(state);
      const segment = segments[index] as string;
      const last = index === segments.length - 1;
      if (segment === "**" && !last) visit(folder, prefix, index + 1);
      for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
        if (++visited > MAX_ENTRIES)
          throw new LlmspellError(
            "value.too_large",
            `the pattern "${pattern}" visits more than ${MAX_ENTRIES} entries`,
          );
        const name = prefix + entry.name;
        const hidden = entry.name.startsWith(".") && !segment.startsWith(".");
        if (hidden || !(segment === "**" || matchName(segment, entry.name))) continue;
        if (entry.isDirectory()) {
          const next = segment === "**" ? index : index + 1;
          if (next < segments.length) visit(path.join(folder, entry.name), `${name}/`, next);
        } else if (last && isFileInside(files, name)) found.add(name);
      }
    };
    guard("search", pattern, () => {
      if (files.exists(".")) visit(files.jail.existing("."), "", 0);
    });
  }
  return [...found].toSorted();
}

function isFileInside(files: WorkspaceFiles, name: string): boolean {
  try {
    return files.stat(name).isFile;
  } catch {
    return false;
  }
}

/** `a{b,c}d` -> `abd`, `acd`; nested too. Throws `input.invalid` past 256 alternatives. */
function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const open = [pattern];
  while (open.length > 0) {
    const current = open.pop() as string;
    const parts = firstBraces(current);
    if (!parts) done.push(current);
    else for (const option of parts.options) open.push(parts.before + option + parts.after);
    if (done.length + open.length > MAX_ALTERNATIVES)
      throw new LlmspellError("input.invalid", `the pattern has more than ${MAX_ALTERNATIVES} alternatives`);
  }
  return done;
}

function firstBraces(pattern: string): { before: string; options: string[]; after: string } | undefined {
  const start = pattern.indexOf("{");
  if (start < 0) return undefined;
  const options: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let index = start; index < pattern.length; index++) {
    const char = pattern[index];
    if (char === "{") depth += 1;
    if (char === "}") depth -= 1;
    if (depth > 1 || (depth === 1 && char !== ",")) continue;
    options.push(pattern.slice(from, index));
    from = index + 1;
    if (depth === 0) return { before: pattern.slice(0, start), options, after: pattern.slice(index + 1) };
  }
  throw new LlmspellError("input.invalid", `the pattern "${pattern}" has a "{" without "}"`);
}

/** Whether a name fits a pattern without "/". At most pattern length times name length steps. */
export function matchName(pattern: string, name: string): boolean {
  const tokens = tokenize(pattern);
  const chars = [...name];
  let [token, char] = [0, 0];
  let [star, starChar] = [-1, 0];
  while (char < chars.length) {
    const current = tokens[token];
    if (current === "*") {
      [star, starChar] = [token, char];
      token += 1;
    } else if (typeof current === "function" && current(chars[char] as string)) {
      token += 1;
      char += 1;
    } else if (star >= 0) {
      starChar += 1;
      [token, char] = [star + 1, starChar];
    } else return false;
  }
  while (tokens[token] === "*") token += 1;
  return token === tokens.length;
}

type Token = "*" | ((char: string) => boolean);

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  const chars = [...pattern];
  for (let index = 0; index < chars.length; index++) {
    const char = chars[index] as string;
    const end = char === "[" ? chars.indexOf("]", index + 2) : -1;
    if (char === "*") tokens.push("*");
    else if (char === "?") tokens.push(() => true);
    else if (end > 0) {
      tokens.push(characterClass(chars.slice(index + 1, end)));
      index = end;
    } else tokens.push((given) => given === char);
  }
  return tokens;
}

function characterClass(members: string[]): (char: string) => boolean {
  const negated = members[0] === "!" || members[0] === "^";
  const body = negated ? members.slice(1) : members;
  return (char) => {
    for (let index = 0; index < body.length; index++) {
      const low = body[index] as string;
      const range = body[index + 1] === "-" && index + 2 < body.length;
      const high = range ? (body[index + 2] as string) : low;
      if (range) index += 2;
      if (char >= low && char <= high) return !negated;
    }
    return negated;
  };
}
