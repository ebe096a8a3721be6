import { LlmspellError } from "../errors.ts";
import { copyObject, type ScriptObject, type ScriptValue, isPlainObject, setKey } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";

/**
 * Parts of a dotted path: `user.name`. A backslash makes the next character part of a name. Of arrays, a part is an
 * index from 0. Throws `state.invalid` for an empty part.
 */
export function parsePath(path: string): string[] {
  const parts = [""];
  for (let index = 0; index < path.length; index++) {
    const char = path[index] as string;
    if (char === ".") parts.push("");
    else parts[parts.length - 1] += char === "\\" && index + 1 < path.length ? (path[++index] as string) : char;
  }
  if (parts.includes(""))
    throw new LlmspellError("state.invalid", `the path "${path}" has an empty part`, {
      hint: "Write it like user.name.",
    });
  return parts;
}

/** A name as part of a path. */
export function escapePart(name: string): string {
  return name.replace(/[\\.]/g, "\\$&");
}

/** The value at a path, undefined where there is none. */
export function getAt(root: ScriptValue, parts: readonly string[]): ScriptValue {
  let current = root;
  for (const part of parts) {
    if (Array.isArray(current)) current = current[indexOf(part)];
    else if (isPlainObject(current) && Object.hasOwn(current, part)) current = current[part];
    else return undefined;
  }
  return current;
}

/** A copy of `root` with another value at a path; objects on the way are made, the rest is shared. */
export function setAt(root: ScriptValue, parts: readonly string[], value: ScriptValue, path: string): ScriptValue {
  const [part, ...rest] = parts;
  if (part === undefined) return value;
  if (Array.isArray(root)) {
    const index = indexOf(part);
    if (Number.isNaN(index) || index > root.length)
      throw misfit(path, `"${part}" is no index of a list of ${root.length}`);
    const copy = [...root];
    copy[index] = setAt(copy[index], rest, value, path);
    return copy;
  }
  if (root !== undefined && root !== null && !isPlainObject(root))
    throw misfit(path, `what is above "${part}" is no object`);
  const copy: ScriptObject = root ? copyObject(root) : {};
  setKey(copy, part, setAt(Object.hasOwn(copy, part) ? copy[part] : undefined, rest, value, path));
  return copy;
}

/** A copy of `root` without what is at a path; `root` itself where there is nothing. */
export function deleteAt(root: ScriptValue, parts: readonly string[]): ScriptValue {
  const [part, ...rest] = parts;
  if (part === undefined || getAt(root, parts) === undefined) return root;
  if (Array.isArray(root)) {
    const index = indexOf(part);
    return rest.length === 0 ? root.toSpliced(index, 1) : root.with(index, deleteAt(root[index], rest));
  }
  const copy = copyObject(root as ScriptObject);
  if (rest.length === 0) delete copy[part];
  else setKey(copy, part, deleteAt(copy[part], rest));
  return copy;
}

/** How much larger a root is after a change at one path, by `sizeOf`, without measuring what did not change. */
export function growthAt(before: ScriptValue, after: ScriptValue, parts: readonly string[]): number {
  let [old, now] = [before, after];
  for (const part of parts) {
    if (Array.isArray(old) && Array.isArray(now) && old.length !== now.length) break;
    const keySize = isPlainObject(now) ? part.length + 8 : 0;
    const [inOld, inNow] = [getAt(old, [part]), getAt(now, [part])];
    if (inOld === undefined && inNow === undefined) return 0;
    if (inOld === undefined) return keySize + sizeOf(inNow);
    if (inNow === undefined) return -keySize - sizeOf(inOld);
    [old, now] = [inOld, inNow];
  }
  return sizeOf(now) - sizeOf(old);
}

function indexOf(part: string): number {
  return /^(0|[1-9]\d{0,8})$/.test(part) ? Number(part) : Number.NaN;
}

function misfit(path: string, why: string): LlmspellError {
  return new LlmspellError("state.invalid", `cannot set "${path}": ${why}`, {
    details: { path },
    hint: "Indexes of a list begin at 0, and the next free one adds to it; what is no object is replaced by setting it as a whole.",
  });
}
