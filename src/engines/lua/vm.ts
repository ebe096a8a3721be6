import type { CallOutcome, ScriptSource, ScriptVm, VmOptions, VmSnapshot } from "../../engine/vm.ts";
import { LlmspellError, toLlmspellError, type ScriptFrame } from "../../errors.ts";
import type { ScriptFunction, ScriptObject, ScriptValue } from "../../values/script-value.ts";
import { REF_GLOBALS } from "./install-bridges.ts";
import type { ImageRefs } from "./image.ts";
import { LONGJMP, type LuaInstance } from "./instance.ts";
import { CLOSURE_UPVALUES, REGISTRY, STATE_CALL, STATUS, TAG, VALUE_BYTES, VALUE_TAG, VARIANT_MASK } from "./layout.ts";
import { type CompiledScripts, LuaCompiler } from "./compiler.ts";
import type { LuaDialect } from "./dialect.ts";
import { FunctionTable } from "./function-table.ts";
import { LuaFunction, type FunctionOwner } from "./lua-function.ts";
import { createNatives, SELF_UPVALUE, type NativeFunction, type NativeHost } from "./natives.ts";
import { LuaReader } from "./reader.ts";
import { topLevelRequires } from "./requires.ts";
import { describeRaised } from "./raised-value.ts";
import { engineFailure, readFrames, scriptError } from "./script-errors.ts";
import { ScriptTranslator } from "./script-translator.ts";
import { encodeSnapshot, type VmState } from "./snapshot.ts";
import { VmExit, type Task, type Wait } from "./task.ts";
import type { TextCache } from "./text-codec.ts";
import { wasm } from "./wasm-api.ts";
import { LuaWriter } from "./writer.ts";

/** What an engine gives a VM besides the run's own options. */
export interface VmParts {
  instance: LuaInstance;
  refs: ImageRefs;
  texts: TextCache;
  compiled: CompiledScripts;
  dialect: LuaDialect;
  /** Version that snapshots carry. */
  version(): string;
}

/** Modules that are there without a file. */
const STANDARD: ReadonlySet<string> = new Set(["_G", "coroutine", "io", "math", "os", "string", "table", "utf8"]);

/** Frames of an error that crossed from one task to another, by the bits of the error value. */
interface RememberedFrames {
  low: number;
  high: number;
  frames: ScriptFrame[];
}

/** One Lua VM: its tasks, its host calls, its end. */
export class LuaVm implements ScriptVm, FunctionOwner, NativeHost {
  readonly instance: LuaInstance;
  readonly refs: ImageRefs;
  readonly options: VmOptions;
  readonly writer: LuaWriter;
  readonly reader: LuaReader;
  readonly #version: () => string;
  readonly #scripts: ScriptTranslator;
  readonly #natives: readonly NativeFunction[];
  readonly #functions: FunctionTable;
  readonly #compiler: LuaCompiler;
  readonly #tasks = new Map<number, Task>();
  readonly #waits = new Map<number, Wait>();
  readonly #ready: Task[] = [];
  readonly #idleThreads: { thread: number; ref: number }[] = [];
  readonly #moduleSources = new Map<string, string>();
  #startedAt: number;
  #nextId = 1;
  #hostWaits = 0;
  #task: Task | undefined;
  /** The thread that is inside a host call, or 0. */
  #calling = 0;
  #depth = 0;
  #lastWait = 0;
  #remembered: RememberedFrames | undefined;
  #mainFile = "";
  #mainResult: ScriptValue = null;
  #phase: VmState["phase"] | "dead" = "new";
  #death: LlmspellError | undefined;
  readonly #end = Promise.withResolvers<ScriptValue>();

  constructor(parts: VmParts, options: VmOptions) {
    this.instance = parts.instance;
    this.refs = parts.refs;
    this.options = options;
    this.#version = parts.version;
    this.#scripts = new ScriptTranslator(parts.dialect, options);
    this.#startedAt = options.now();
    this.#natives = createNatives(this);
    this.#functions = new FunctionTable(this.instance, this, this.refs.main, () => this.#nextId++);
    this.writer = new LuaWriter(this.instance, this.refs, options.values, (L, fn) => this.#functions.push(L, fn));
    this.reader = new LuaReader(this.instance, this.refs, options.values, parts.texts, {
      functionAt: (L, address) => this.#functions.at(L, address),
      handle: (id) => options.host.handle(id),
    });
    this.#compiler = new LuaCompiler(this.instance, this.refs, this.writer, this.reader, parts.compiled);
    this.#end.promise.catch(() => undefined);
    this.instance.hooks = {
      call: (L) => this.#call(L),
      resume: (L, _status, id) => this.#continue(L, id),
      write: () => undefined,
      now: () => options.now(),
    };
  }

  // --- ScriptVm ----------------------------------------------------------------------------------------------------

  /** Seeds the VM and sets the run's globals: once, before anything runs. */
  start(): void {
    const { instance, refs, options } = this;
    const { x } = instance;
    this.#protect((L) => {
      instance.pushRef(L, refs.seed);
      instance.pushInteger(L, options.seed);
      x.lua_callk(L, 1, 0, 0, 0);
      const lazy: ScriptObject = {};
      instance.pushRef(L, REF_GLOBALS);
      for (const [name, value] of Object.entries(options.globals)) {
        if (typeof value === "function") {
          lazy[name] = true;
          continue;
        }
        this.writer.pushString(L, name);
        this.writer.push(L, value);
        x.lua_rawset(L, -3);
      }
      if (Object.keys(lazy).length > 0) {
        instance.pushRef(L, refs.lazy);
        this.writer.push(L, lazy);
        x.lua_callk(L, 1, 0, 0, 0);
      }
      return 0;
    });
  }

  run(script: ScriptSource): Promise<ScriptValue> {
    if (this.#phase === "dead") return Promise.reject(this.#death!);
    if (this.#phase !== "new") return Promise.reject(new LlmspellError("engine.failed", "a VM runs one script only"));
    this.#phase = "running";
    this.#mainFile = script.file;
    try {
      this.#enter(() =>
        this.#drive(this.#createTask("main", (L) => this.#compiler.pushFirst(L, this.#scripts.toLua(script)))),
      );
    } catch (error) {
      this.#finishRun({ ok: false, error: toLlmspellError(error, "engine.failed") });
    }
    return this.#end.promise;
  }

  async call(fn: ScriptFunction, args: readonly ScriptValue[]): Promise<ScriptValue> {
    if (!(fn instanceof LuaFunction) || fn.owner !== this) {
      throw new LlmspellError("value.unsupported", "the function belongs to another VM");
    }
    return this.invoke(fn, args);
  }

  finished(): Promise<ScriptValue> {
    return this.#end.promise;
  }

  memoryUsed(): number {
    return this.instance.memoryBytes;
  }

  dispose(reason?: LlmspellError): void {
    this.#die(reason ?? new LlmspellError("value.released", "the VM was disposed"));
  }

  snapshot(): VmSnapshot {
    if (this.#phase === "dead") throw this.#death!;
    if (this.#depth > 0) throw new LlmspellError("engine.failed", "a VM can be stored only while it waits");
    const waits = [...this.#waits].map(([id, { task, host }]) => ({ id, task: task.id, host }));
    const state: VmState = {
      nextId: this.#nextId,
      startedAt: this.#startedAt,
      mainFile: this.#mainFile,
      phase: this.#phase,
      tasks: [...this.#tasks.values()].map(({ deferred: _, outcome: __, work: ___, ...task }) => task),
      waits,
      functions: this.#functions.state(),
      refs: this.refs,
    };
    return {
      engine: this.#scripts.language,
      version: this.#version(),
      data: encodeSnapshot(state, this.instance),
      pending: waits.filter((wait) => wait.host).map((wait) => wait.id),
    };
  }

  /** Takes over the state of a snapshot whose memory this VM's instance holds already. */
  adopt(state: VmState): void {
    this.#phase = state.phase;
    this.#nextId = state.nextId;
    this.#startedAt = state.startedAt;
    this.#mainFile = state.mainFile;
    for (const task of state.tasks) this.#tasks.set(task.id, { ...task });
    for (const { id, task, host } of state.waits) this.#addWait(id, { task: this.#tasks.get(task)!, host });
    this.#functions.adopt(state.functions);
  }

  settle(id: number, outcome: CallOutcome): void {
    const wait = this.#waits.get(id);
    if (wait && wait.host) this.#settle(wait, outcome);
  }

  /** The syntax error of a script, or of a module that it loads, or null. */
  check(
    script: ScriptSource,
    resolve?: VmOptions["resolve"],
    globals?: readonly string[],
    seen = new Set([script.file]),
  ): LlmspellError | null {
    try {
      this.#protect((L) => {
        this.#compiler.push(L, this.#scripts.check(script, resolve, globals));
        return 0;
      });
    } catch (error) {
      return toLlmspellError(error);
    }
    for (const { name, line } of resolve && this.#scripts.isPlain ? topLevelRequires(script.code) : []) {
      const problem = this.#checkModule(name, script.file, resolve!, seen);
      if (!problem) continue;
      problem.frames = [...(problem.frames ?? []), { file: script.file, line }];
      return problem;
    }
    return null;
  }

  #checkModule(name: string, importer: string, resolve: VmOptions["resolve"], seen: Set<string>): LlmspellError | null {
    if (STANDARD.has(name)) return null;
    try {
      const { id, source } = resolve(name, importer);
      if (seen.has(id)) return null;
      seen.add(id);
      return this.check({ code: source, file: id }, resolve, undefined, seen);
    } catch (error) {
      return toLlmspellError(error);
    }
  }

  roundTrip(value: ScriptValue): ScriptValue {
    let result: ScriptValue = null;
    this.#protect((L) => {
      this.writer.push(L, value);
      result = this.reader.read(L, this.instance.top(L) - VALUE_BYTES);
      return 0;
    });
    return result;
  }

  /** Live references, waits and tasks: all zero once a run has ended and the host has released what it got. */
  counts(): { functions: number; waits: number; tasks: number } {
    return { functions: this.#functions.held, waits: this.#waits.size, tasks: this.#tasks.size };
  }

  // --- functions of the script in the host's hands -----------------------------------------------------------------

  invoke(fn: LuaFunction, args: readonly ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    if (this.#death) throw this.#death;
    if (fn.count === 0) throw new LlmspellError("value.released", "the function was released");
    let task: Task | undefined;
    this.#enter(() => {
      task = this.#createTask("call", (L) => {
        this.instance.x.lua_checkstack(L, args.length + 8);
        this.instance.pushRef(L, fn.ref);
        for (const arg of args) this.writer.push(L, arg);
        return args.length + 1;
      });
      this.#drive(task);
    });
    const outcome = task?.outcome;
    if (outcome?.ok) return outcome.value;
    if (outcome) throw outcome.error;
    if (this.#death) throw this.#death;
    const deferred = Promise.withResolvers<ScriptValue>();
    task!.deferred = deferred;
    return deferred.promise;
  }

  forget(fn: LuaFunction): void {
    if (this.#phase !== "dead") this.#functions.add(fn);
  }

  /** Reads several values; when one cannot cross, the functions found before it are released. */
  #readAll(L: number, from: number, to: number, lenient: boolean): ScriptValue[] {
    const values: ScriptValue[] = [];
    this.#functions.begin();
    try {
      for (let address = from; address < to; address += VALUE_BYTES) values.push(this.reader.read(L, address, lenient));
    } catch (error) {
      this.#functions.undo();
      throw error;
    }
    return values;
  }

  // --- calls out of the VM -----------------------------------------------------------------------------------------

  /** A host function was called. Results below zero, within, are waits to yield for. */
  #call(L: number): number {
    const { i32 } = this.instance;
    const slot = i32[(L + STATE_CALL) >> 2]!;
    const func = i32[slot >> 2]!;
    const closure = i32[func >> 2]!;
    const operation = i32[(closure + CLOSURE_UPVALUES) >> 2]!;
    let results: number;
    try {
      if (operation < 0) results = this.#natives[-1 - operation]!(L);
      else results = this.#callHost(L, func, closure + CLOSURE_UPVALUES + SELF_UPVALUE, operation);
    } catch (error) {
      return this.#raise(L, error);
    }
    // Outside of the try block: a yield is thrown, and each catch on its way would cost a microsecond.
    return results < 0 ? this.#yield(L, -results) : results;
  }

  #callHost(L: number, func: number, self: number, operation: number): number {
    const { instance } = this;
    const { i32, u8 } = instance;
    const top = instance.top(L);
    let first = func + VALUE_BYTES;
    const calledByColon =
      first < top &&
      i32[first >> 2] === i32[self >> 2] &&
      (u8[first + VALUE_TAG]! & VARIANT_MASK) === TAG.table &&
      (u8[self + VALUE_TAG]! & VARIANT_MASK) === TAG.table;
    if (calledByColon) first += VALUE_BYTES;
    const args = this.#readAll(L, first, top, (operation & 1) === 1);
    const outer = this.#calling;
    const released = this.#functions.releasedCount;
    this.#calling = L;
    let result: ScriptValue | Promise<ScriptValue>;
    try {
      result = this.options.host.call(operation >> 1, args);
    } finally {
      this.#calling = outer;
    }
    if (this.#death) {
      if (result instanceof Promise) result.catch(() => undefined);
      throw new VmExit(this.#death);
    }
    if (isPromise(result)) return this.#wait(L, result);
    this.writer.push(L, result);
    this.#functions.forgetSince(released);
    return 1;
  }

  /** Registers the call that waits, which continues in `#continue`. Answers its id, negative: the caller yields. */
  #wait(L: number, promise: Promise<ScriptValue>): number {
    if (this.instance.x.lua_isyieldable(L) === 0) {
      promise.then(undefined, () => undefined);
      throw notAllowed();
    }
    const wait: Wait = { task: this.#task!, host: true };
    const id = this.#nextId++;
    this.#addWait(id, wait);
    promise.then(
      (value) => this.#settle(wait, { ok: true, value }),
      (error: unknown) => this.#settle(wait, { ok: false, error: toLlmspellError(error) }),
    );
    return -id;
  }

  #yield(L: number, id: number): number {
    const { x, continuationIndex } = this.instance;
    this.#lastWait = id;
    x.lua_pushlightuserdata(L, this.refs.waitToken);
    return x.lua_yieldk(L, 1, id, continuationIndex);
  }

  #continue(L: number, id: number): number {
    const wait = this.#waits.get(id);
    try {
      if (!wait?.outcome)
        throw new LlmspellError("internal.bug", "a call that waits was continued without its outcome");
      this.#dropWait(id);
      if (!wait.outcome.ok) throw wait.outcome.error;
      this.writer.push(L, wait.outcome.value);
      return 1;
    } catch (error) {
      return this.#raise(L, error);
    }
  }

  #addWait(id: number, wait: Wait): void {
    this.#waits.set(id, wait);
    if (wait.host) this.#hostWaits++;
  }

  #dropWait(id: number): void {
    const wait = this.#waits.get(id);
    if (wait?.host) this.#hostWaits--;
    this.#waits.delete(id);
  }

  /** Gives a wait its outcome; the first one counts. */
  #settle(wait: Wait, outcome: CallOutcome): void {
    if (wait.outcome || this.#phase === "dead") return;
    wait.outcome = outcome;
    if (wait.task.status !== "waiting") return;
    if (this.#depth > 0) this.#queue(wait.task);
    else this.#enter(() => this.#drive(wait.task));
  }

  /** Raises an error in the running function, or ends the VM where no script may catch it. */
  #raise(L: number, error: unknown): number {
    if (error === LONGJMP || error instanceof VmExit) throw error;
    if (this.#death) throw new VmExit(this.#death);
    if (error instanceof wasm.RuntimeError || isStackOverflow(error)) throw error;
    const known = toLlmspellError(error);
    if (known.final) throw new VmExit(known);
    const { x } = this.instance;
    x.lua_settop(L, 0);
    try {
      this.writer.pushError(L, known);
    } catch (unwritable) {
      if (!LlmspellError.is(unwritable)) throw unwritable;
      x.lua_settop(L, 0);
      this.writer.pushError(
        L,
        new LlmspellError(known.code, known.message.slice(0, 1000), { retryable: known.retryable }),
      );
    }
    // It was raised deeper down, in a function of the script that the host had called.
    if (known.frames) this.rememberFrames(this.instance.slot(L, 1), [...known.frames, ...this.frames(L)]);
    return x.lua_error(L);
  }

  // --- tasks -------------------------------------------------------------------------------------------------------

  /** Enters the VM. The outermost entry also runs every task that became ready. Errors of `body` are thrown on. */
  #enter(body: () => void): void {
    if (this.#depth > 0) return body();
    this.options.gate.enter();
    this.#depth = 1;
    try {
      body();
      for (let task = this.#ready.shift(); task; task = this.#ready.shift()) this.#drive(task);
      if (this.#phase !== "dead") this.#functions.forgetOld();
      this.#checkEnd();
    } finally {
      this.#depth = 0;
      this.options.gate.leave();
    }
  }

  /** A thread with what `prepare` pushes: a function and its arguments. */
  #createTask(kind: Task["kind"], prepare: (L: number) => number): Task {
    const { x } = this.instance;
    const found = { thread: 0, ref: 0 };
    let count = 0;
    try {
      this.#protect((L) => {
        Object.assign(found, this.#idleThreads.pop() ?? this.#newThread(L));
        count = prepare(L);
        if (x.lua_checkstack(found.thread, count + 1) === 0)
          throw new LlmspellError("limit.recursion", "too many arguments");
        x.lua_xmove(L, found.thread, count);
        return 0;
      });
    } catch (error) {
      if (found.ref !== 0 && !this.#death) this.#idleThreads.push(found);
      throw error;
    }
    const { work } = this.options.host;
    const task: Task = { id: this.#nextId++, kind, ...found, args: count - 1, status: "ready", work };
    this.#tasks.set(task.id, task);
    return task;
  }

  #newThread(L: number): { thread: number; ref: number } {
    const { instance, refs } = this;
    const thread = instance.x.lua_newthread(L);
    instance.pushRef(L, refs.tasks);
    instance.x.lua_pushvalue(L, -2);
    instance.pushBoolean(L, true);
    instance.x.lua_rawset(L, -3);
    instance.pop(L, 1);
    return { thread, ref: instance.x.luaL_ref(L, REGISTRY) };
  }

  #queue(task: Task): void {
    task.status = "ready";
    this.#ready.push(task);
  }

  /** Runs a task until it ends or waits. A failure of the engine ends the VM. */
  #drive(task: Task): void {
    if (task.status === "done" || this.#phase === "dead") return;
    const { instance, refs } = this;
    const { host } = this.options;
    const outerWork = host.work;
    const outerTask = this.#task;
    const outerCalling = this.#calling;
    this.#task = task;
    host.work = task.work;
    task.status = "ready";
    this.#depth++;
    try {
      const { args } = task;
      task.args = 0;
      const status = instance.x.lua_resume(task.thread, outerCalling, args, refs.resultCount);
      const results = instance.i32[refs.resultCount >> 2]!;
      if (status === STATUS.yield) {
        instance.pop(task.thread, results);
        task.status = "waiting";
      } else {
        this.#finishTask(task, status, results);
      }
    } catch (error) {
      this.#die(engineFailure(error));
    } finally {
      this.#depth--;
      host.work = outerWork;
      this.#task = outerTask;
      this.#calling = outerCalling;
    }
  }

  #finishTask(task: Task, status: number, results: number): void {
    const { instance } = this;
    const { thread } = task;
    const first = instance.top(thread) - Math.max(results, 1) * VALUE_BYTES;
    let outcome: CallOutcome = { ok: true, value: null };
    if (status !== STATUS.ok) {
      outcome = { ok: false, error: this.#readError(thread, instance.top(thread) - VALUE_BYTES, status) };
    } else if (results > 0 && task.kind !== "spawned") {
      outcome = this.#readResult(first);
    }
    if (status !== STATUS.ok) instance.x.lua_resetthread(thread);
    instance.x.lua_settop(thread, 0);
    this.#endTask(task, true);
    if (task.kind === "call") {
      task.outcome = outcome;
      if (outcome.ok) task.deferred?.resolve(outcome.value);
      else task.deferred?.reject(outcome.error);
    } else if (task.kind === "main") {
      if (outcome.ok) this.#mainResult = outcome.value;
      else this.#finishRun(outcome);
    }
  }

  #endTask(task: Task, reusable: boolean): void {
    task.status = "done";
    this.#tasks.delete(task.id);
    if (reusable && task.kind === "call") this.#idleThreads.push({ thread: task.thread, ref: task.ref });
    else this.#unref(task.ref);
  }

  #readResult(address: number): CallOutcome {
    try {
      let value: ScriptValue = null;
      this.#protect((L) => {
        value = this.#readAll(L, address, address + VALUE_BYTES, false)[0];
        return 0;
      });
      return { ok: true, value };
    } catch (error) {
      return { ok: false, error: toLlmspellError(error) };
    }
  }

  #readError(thread: number, address: number, status: number): LlmspellError {
    return this.#scripts.place(scriptError(this.#describe(address), status, this.framesOf(thread, address)));
  }

  #describe(address: number): ScriptValue {
    return describeRaised(this.instance, this.refs, this.reader, address, (body) => this.#protect(body));
  }

  /** Ends the run where nothing is left to run, or nothing can run any more. */
  #checkEnd(): void {
    if (this.#phase !== "running") return;
    if (this.#tasks.size === 0) {
      let error: LlmspellError | undefined;
      try {
        error = this.#unhandled();
      } catch (thrown) {
        error = toLlmspellError(thrown);
      }
      this.#finishRun(error ? { ok: false, error } : { ok: true, value: this.#mainResult });
    } else if (this.#hostWaits === 0 && this.#functions.held === 0 && this.#ready.length === 0) {
      const details = { tasks: this.#tasks.size };
      const message = "every task of the script waits for another one, and no call of the host is pending";
      this.#finishRun({ ok: false, error: new LlmspellError("script.deadlock", message, { details }) });
    }
  }

  #finishRun(outcome: CallOutcome): void {
    if (this.#phase !== "running") return;
    this.#phase = "finished";
    if (outcome.ok) return this.#end.resolve(outcome.value);
    this.#ready.length = 0;
    this.#waits.clear();
    this.#hostWaits = 0;
    for (const task of this.#tasks.values()) {
      task.deferred?.reject(outcome.error);
      this.#endTask(task, false);
    }
    this.#end.reject(outcome.error);
  }

  /** The failure of a task that no other task looked at. */
  #unhandled(): LlmspellError | undefined {
    const { instance } = this;
    let error: LlmspellError | undefined;
    this.#protect((L) => {
      instance.pushRef(L, this.refs.unhandled);
      instance.x.lua_callk(L, 0, 3, 0, 0);
      const first = instance.slot(L, 1);
      if (instance.tag(first) !== TAG.true) return 0;
      const value = this.#describe(first + VALUE_BYTES);
      const trace = this.reader.read(L, first + 2 * VALUE_BYTES);
      const frames = typeof trace === "string" ? (JSON.parse(trace) as ScriptFrame[]) : [];
      error = this.#scripts.place(scriptError(value, STATUS.runtime, frames));
      return 0;
    });
    return error;
  }

  #die(error: LlmspellError): void {
    if (this.#phase === "dead") return;
    this.#phase = "dead";
    this.#death = error;
    this.#ready.length = 0;
    this.#waits.clear();
    this.#hostWaits = 0;
    for (const task of this.#tasks.values()) {
      task.status = "done";
      task.deferred?.reject(error);
    }
    this.#tasks.clear();
    this.#functions.clear();
    this.#end.reject(error);
  }

  // --- NativeHost --------------------------------------------------------------------------------------------------

  get currentTask(): number {
    return this.#task?.id ?? 0;
  }

  get elapsedMs(): number {
    return this.options.now() - this.#startedAt;
  }

  frames(L: number): ScriptFrame[] {
    return readFrames(this.instance, this.refs, L);
  }

  framesOf(L: number, address: number): ScriptFrame[] {
    const { i32 } = this.instance;
    const known = this.#remembered;
    const same = known && known.low === i32[address >> 2] && known.high === i32[(address + 4) >> 2];
    return same ? known.frames : this.frames(L);
  }

  resolveModule(specifier: string, importer: string | undefined): string {
    const { id, source } = this.#scripts.resolve(specifier, importer ?? this.#mainFile);
    this.#moduleSources.set(id, source);
    return id;
  }

  compileModule(L: number, id: string): number {
    const source = this.#moduleSources.get(id);
    if (source === undefined) throw new LlmspellError("script.module_not_found", `no module "${id}" was resolved`);
    this.#moduleSources.delete(id);
    return this.#compiler.push(L, this.#scripts.moduleToLua({ file: id, code: source }));
  }

  compileInput(L: number, script: ScriptSource, session: readonly string[]): number {
    return this.#compiler.push(L, this.#scripts.inputToLua(script, new Set(session)));
  }

  hostNames(): readonly string[] {
    return this.#scripts.hostNames;
  }

  failureOf(L: number, address: number): LlmspellError {
    return this.#readError(L, address, STATUS.runtime);
  }

  spawn(L: number, address: number): number {
    const { instance } = this;
    const thread = instance.i32[address >> 2]!;
    instance.pushCopy(L, address);
    const task: Task = {
      id: this.#nextId++,
      kind: "spawned",
      thread,
      ref: instance.x.luaL_ref(L, REGISTRY),
      args: 0,
      status: "ready",
      work: this.options.host.work,
    };
    this.#tasks.set(task.id, task);
    this.#ready.push(task);
    return task.id;
  }

  cancel(id: number): void {
    const task = this.#tasks.get(id);
    if (!task) return;
    for (const [wait, { task: waiting }] of this.#waits) {
      if (waiting === task) this.#dropWait(wait);
    }
    this.#endTask(task, false);
  }

  newWait(): number {
    const id = this.#nextId++;
    this.#addWait(id, { task: this.#task!, host: false });
    return id;
  }

  wake(id: number): void {
    const wait = this.#waits.get(id);
    if (!wait || wait.outcome) return;
    wait.outcome = { ok: true, value: null };
    if (wait.task.status === "waiting") this.#queue(wait.task);
  }

  yieldFor(L: number, id: number): number {
    if (this.instance.x.lua_isyieldable(L) !== 0) return -id;
    this.#dropWait(id);
    throw notAllowed();
  }

  refuseWait(): void {
    const wait = this.#waits.get(this.#lastWait);
    if (wait && !wait.outcome) wait.outcome = { ok: false, error: notAllowed() };
  }

  rememberFrames(address: number, frames: ScriptFrame[]): void {
    const { i32 } = this.instance;
    this.#remembered = { low: i32[address >> 2]!, high: i32[(address + 4) >> 2]!, frames };
  }

  // --- entries -----------------------------------------------------------------------------------------------------

  /** Runs `body` in protected mode on a thread that can be used now; a Lua error is thrown as LlmspellError. */
  #protect(body: (L: number) => number): void {
    const { instance } = this;
    const L = this.#calling === 0 ? this.refs.main : this.#calling;
    let status: number;
    try {
      status = instance.protect(L, body);
    } catch (error) {
      if (LlmspellError.is(error)) throw error;
      this.#die(engineFailure(error));
      throw this.#death!;
    }
    if (status === STATUS.ok) return;
    const address = instance.top(L) - VALUE_BYTES;
    const value = instance.tag(address) === TAG.shortString ? this.reader.string(instance.i32[address >> 2]!) : null;
    instance.pop(L, 1);
    throw scriptError(typeof value === "string" ? value : null, status, []);
  }

  /** Gives back a registry reference: it changes a table in place and allocates nothing. */
  #unref(ref: number): void {
    this.instance.x.luaL_unref(this.refs.main, REGISTRY, ref);
  }
}

function notAllowed(): LlmspellError {
  return new LlmspellError(
    "wait.not_allowed",
    "a call that waits cannot be made here: a finalizer, an error handler, a load reader or a library function is running",
  );
}

function isPromise(value: ScriptValue | Promise<ScriptValue>): value is Promise<ScriptValue> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes("call stack");
}
