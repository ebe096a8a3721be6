import type { ScriptSource, VmOptions } from "../../engine/vm.ts";
import { LlmspellError, type ScriptFrame } from "../../errors.ts";
import type { ImageRefs } from "./image.ts";
import type { LuaInstance } from "./instance.ts";
import { TAG, USERDATA_METATABLE, VALUE_BYTES } from "./layout.ts";
import { NATIVES, type NativeName } from "./prelude/natives.ts";
import { readInteger, type LuaReader } from "./reader.ts";
import { HANDLE_PAYLOAD, TIME_PAYLOAD, type LuaWriter } from "./writer.ts";

/** A function of the prelude that runs in the host: takes a thread, returns the number of results, or below zero a wait. */
export type NativeFunction = (L: number) => number;

/** What natives need of their VM. */
export interface NativeHost {
  readonly instance: LuaInstance;
  readonly refs: ImageRefs;
  readonly options: VmOptions;
  readonly writer: LuaWriter;
  readonly reader: LuaReader;
  readonly currentTask: number;
  readonly elapsedMs: number;
  /** Pushes the compiled module; throws `script.syntax`. */
  compileModule(L: number, id: string): number;
  /** Pushes an input at a prompt as a function; `session` are the names that earlier inputs defined. */
  compileInput(L: number, script: ScriptSource, session: readonly string[]): number;
  hostNames(): readonly string[];
  /** The raised value at an address as the error that would end a run. */
  failureOf(L: number, address: number): LlmspellError;
  resolveModule(specifier: string, importer: string | undefined): string;
  frames(L: number): ScriptFrame[];
  /** Where the raised value at an address came from. */
  framesOf(L: number, address: number): ScriptFrame[];
  /** Queues the coroutine at an address as a task; answers its id. */
  spawn(L: number, address: number): number;
  cancel(task: number): void;
  newWait(): number;
  wake(wait: number): void;
  /** Checks that a thread may wait; answers the id negative, as a result to yield for. */
  yieldFor(L: number, wait: number): number;
  refuseWait(): void;
  rememberFrames(address: number, frames: ScriptFrame[]): void;
}

/** The natives in the order of their operations. */
export function createNatives(vm: NativeHost): readonly NativeFunction[] {
  const { instance, refs } = vm;
  const text = (L: number, index: number): string => {
    const value = vm.reader.read(L, instance.slot(L, index));
    if (typeof value === "string") return value;
    throw new LlmspellError("script.error", "the name is no text");
  };
  const number = (L: number, index: number): number => Number(readInteger(instance.i32, instance.slot(L, index)));
  const has = (L: number, index: number): boolean => instance.slot(L, index) < instance.top(L);
  /** Userdata object at a stack index, or 0. */
  const userdata = (L: number, index: number): number => {
    const address = instance.slot(L, index);
    return has(L, index) && instance.tag(address) === TAG.userdata ? instance.i32[address >> 2]! : 0;
  };
  const metatableOf = (object: number): number =>
    object === 0 ? 0 : instance.i32[(object + USERDATA_METATABLE) >> 2]!;

  const natives: Record<NativeName, NativeFunction> = {
    refuse: () => {
      vm.refuseWait();
      return 0;
    },
    clock: (L) => {
      instance.pushFloat(L, vm.elapsedMs / 1000);
      return 1;
    },
    traceback: (L) => {
      const first = instance.slot(L, 1);
      const isThread = instance.tag(first) === TAG.thread;
      const frames = vm.frames(isThread ? instance.i32[first >> 2]! : L);
      const level = instance.tag(instance.slot(L, 3)) === TAG.integer ? number(L, 3) : 1;
      const shown = frames.slice(Math.max(0, isThread ? level : level - 1));
      const message =
        instance.tag(instance.slot(L, 2)) === TAG.nil ? "" : `${String(vm.reader.read(L, instance.slot(L, 2)))}\n`;
      vm.writer.pushString(L, `${message}stack traceback:${shown.map(traceLine).join("")}`);
      return 1;
    },
    milliseconds: (L) => {
      const object = userdata(L, 1);
      if (metatableOf(object) !== refs.timeMeta.pointer)
        throw new LlmspellError("input.invalid", "a time is expected here");
      const value = instance.f64[(object + TIME_PAYLOAD) >> 3]!;
      instance.pushFloat(L, value);
      return 1;
    },
    make_time: (L) => {
      const address = instance.slot(L, 1);
      const isInteger = instance.tag(address) === TAG.integer;
      vm.writer.push(L, new Date(isInteger ? number(L, 1) : instance.f64[address >> 3]!));
      return 1;
    },
    now: (L) => {
      instance.pushInteger(L, Math.floor(vm.options.now()));
      return 1;
    },
    compile: (L) => vm.compileModule(L, text(L, 1)),
    compile_input: (L) => vm.compileInput(L, { file: text(L, 1), code: text(L, 2) }, text(L, 3).split(" ")),
    host_names: (L) => {
      vm.writer.pushString(L, vm.hostNames().join(" "));
      return 1;
    },
    failure: (L) => {
      vm.writer.pushString(L, JSON.stringify(vm.failureOf(L, instance.slot(L, 1)).toData()));
      return 1;
    },
    resolve: (L) => {
      vm.writer.pushString(L, vm.resolveModule(text(L, 1), vm.frames(L)[0]?.file));
      return 1;
    },
    task: (L) => {
      instance.pushInteger(L, vm.currentTask);
      return 1;
    },
    new_wait: (L) => {
      instance.pushInteger(L, vm.newWait());
      return 1;
    },
    wait: (L) => vm.yieldFor(L, number(L, 1)),
    wake: (L) => {
      vm.wake(number(L, 1));
      return 0;
    },
    rethrow: (L) => {
      if (has(L, 2) && instance.tag(instance.slot(L, 2)) !== TAG.nil) {
        vm.rememberFrames(instance.slot(L, 1), JSON.parse(text(L, 2)) as ScriptFrame[]);
      }
      return 0;
    },
    frames: (L) => {
      vm.writer.pushString(L, JSON.stringify(has(L, 1) ? vm.framesOf(L, instance.slot(L, 1)) : vm.frames(L)));
      return 1;
    },
    start: (L) => {
      instance.pushInteger(L, vm.spawn(L, instance.slot(L, 1)));
      return 1;
    },
    cancel: (L) => {
      vm.cancel(number(L, 1));
      return 0;
    },
    handle_id: (L) => {
      const object = userdata(L, 1);
      const metatable = metatableOf(object);
      const isHandle = Object.values(refs.handleTypes).some((type) => type.pointer === metatable);
      if (isHandle) instance.pushInteger(L, instance.f64[(object + HANDLE_PAYLOAD) >> 3]!);
      else instance.pushNil(L);
      return 1;
    },
    global: (L) => {
      const value = vm.options.globals[text(L, 1)];
      vm.writer.push(L, typeof value === "function" ? value() : value);
      return 1;
    },
  };
  return NATIVES.map((name) => natives[name]);
}

function traceLine({ file, line, name }: ScriptFrame): string {
  const position = line === undefined ? file : `${file}:${line}`;
  return `\n\t${position}: in ${name === undefined ? "main chunk" : `function '${name}'`}`;
}

/** Address of the upvalue after the operation: the object that a call by colon passes first. */
export const SELF_UPVALUE = VALUE_BYTES;
