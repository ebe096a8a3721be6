import { isDeepStrictEqual } from "node:util";
import { LlmspellError } from "../errors.ts";
import {
  aliasesOf,
  hasIntegerKeys,
  isPlainObject,
  setKey,
  type ScriptObject,
  type ScriptValue,
} from "../values/script-value.ts";

/** A list in an argument that begins as one of an earlier effect does, in the same place: a conversation that has grown. */
export interface Repeat {
  /** The earlier effect. */
  of: number;
  /** Which argument, and which member of it. */
  argument: number;
  member: string;
  /** How many items are the same. */
  items: number;
}

/** Lists whose common items are fewer are written out. */
const LEAST_ITEMS = 2;

/** What an effect's arguments repeat of an earlier one's. */
export function findRepeats(args: readonly ScriptValue[], of: number, earlier: readonly ScriptValue[]): Repeat[] {
  return args.flatMap((value, argument) => {
    const before = earlier[argument];
    if (!isUnmarked(value) || !isUnmarked(before)) return [];
    return Object.keys(value).flatMap((member) => {
      const items = commonItems(value[member], Object.hasOwn(before, member) ? before[member] : undefined);
      return items < LEAST_ITEMS ? [] : [{ of, argument, member, items }];
    });
  });
}

/** Whether arguments hold lists that others may repeat. */
export function hasLists(args: readonly ScriptValue[]): boolean {
  for (const value of args) {
    if (!isUnmarked(value)) continue;
    for (const member in value) if (((value[member] as ScriptValue[]) ?? []).length >= LEAST_ITEMS) return true;
  }
  return false;
}

/** The arguments with lists of their own, which do not grow with those of whoever made the call. */
export function snapshotLists(args: readonly ScriptValue[]): readonly ScriptValue[] {
  return args.map((value) => {
    if (!isUnmarked(value)) return value;
    const copy = { ...value };
    for (const member of Object.keys(copy)) {
      const list = copy[member];
      if (Array.isArray(list)) setKey(copy, member, [...list]);
    }
    return copy;
  });
}

/** A copy has the same members: no marks of its language would be lost. */
function isUnmarked(value: ScriptValue | undefined): value is ScriptObject {
  return isPlainObject(value) && !hasIntegerKeys(value) && aliasesOf(value) === undefined;
}

function commonItems(list: ScriptValue | undefined, before: ScriptValue | undefined): number {
  if (!Array.isArray(list) || !Array.isArray(before)) return 0;
  const most = Math.min(list.length, before.length);
  let common = 0;
  while (common < most && isDeepStrictEqual(list[common], before[common])) common += 1;
  return common;
}

/** Arguments as they are written: without what they repeat. */
export function withoutRepeats(
  args: readonly ScriptValue[],
  repeats: readonly Repeat[] | undefined,
): readonly ScriptValue[] {
  if (!repeats || repeats.length === 0) return args;
  const short = [...args];
  for (const { argument, member, items } of repeats) {
    const value = short[argument] as ScriptObject;
    short[argument] = { ...value, [member]: (value[member] as ScriptValue[]).slice(items) };
  }
  return short;
}

/** Arguments as they were, from those that were written. Throws `journal.corrupt` where nothing fits. */
export function withRepeats(
  args: readonly ScriptValue[],
  repeats: readonly Repeat[],
  earlier: (seq: number) => readonly ScriptValue[] | undefined,
): readonly ScriptValue[] {
  const whole = [...args];
  for (const { of, argument, member, items } of repeats) {
    const value = whole[argument];
    const before = earlier(of)?.[argument];
    const list = isPlainObject(before) && Object.hasOwn(before, member) ? before[member] : undefined;
    const rest = isPlainObject(value) ? value[member] : undefined;
    if (!Array.isArray(list) || !Array.isArray(rest) || list.length < items)
      throw new LlmspellError("journal.corrupt", `the journal repeats arguments of effect ${of} that it does not hold`);
    whole[argument] = { ...(value as ScriptObject), [member]: [...list.slice(0, items), ...rest] };
  }
  return whole;
}
