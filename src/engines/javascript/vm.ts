import { LlmspellError, toLlmspellError } from "../../errors.ts";
import type { CallOutcome, ScriptSource, ScriptVm, VmOptions, VmSnapshot } from "../../engine/vm.ts";
import type { FieldAliases, Handle, ScriptFunction, ScriptValue } from "../../values/script-value.ts";
import { Decoder, GuestException, type DecodeHost } from "./decode.ts";
import { Encoder, type EncodeHost } from "./encode.ts";
import { Exceptions, outOfMemory, type ExceptionHost } from "./exceptions.ts";
import { parseStack, type FirstLineShift } from "./errors.ts";
import { FunctionTable } from "./functions.ts";
import { OutOfGuestMemory, TAG, type Guest, type GuestImports } from "./guest.ts";
import type { Hooks } from "./hooks.ts";
import { seedRandom, type Image, type PreparedGuest } from "./image.ts";
import type { Method } from "./methods.ts";
import { ModuleLoader } from "./modules.ts";
import { isPromise, Operations, type OperationHost } from "./operations.ts";
import { PendingCalls } from "./pending-calls.ts";
import { loadProgram } from "./program.ts";
import { Rejections } from "./rejections.ts";
import { ScriptCache } from "./script-cache.ts";
import { packSnapshot, type SnapshotState } from "./snapshot.ts";

interface Waiter {
  resolve(value: ScriptValue): void;
  reject(error: LlmspellError): void;
}

const MAIN = 0;

/** One QuickJS VM for one run. */
export class JavascriptVm implements ScriptVm, GuestImports, DecodeHost, EncodeHost, ExceptionHost, OperationHost {
  readonly #options: VmOptions;
  readonly #image: Image;
  readonly #cache: ScriptCache;
  readonly #guest: Guest;
  readonly #hooks: Hooks;
  readonly #port: PreparedGuest["port"];
  readonly #methods: readonly (Method | undefined)[];
  readonly #modules: ModuleLoader;
  readonly #functions: FunctionTable;
  readonly #aliasProtos = new Map<FieldAliases, number>();
  readonly #pending: PendingCalls;
  readonly #exceptions: Exceptions;
  readonly #waiters = new Map<number, Waiter>();
  readonly #rejections: Rejections;
  readonly #operations: Operations;
  #lastWaiter = MAIN;
  #depth = 0;
  #dead: LlmspellError | undefined;
  #main: (Waiter & { outcome?: CallOutcome }) | undefined;
  #mainPromise: Promise<ScriptValue> | undefined;
  #shift: FirstLineShift | undefined;
  /** Of scripts that were included. */
  readonly #shifts = new Map<string, FirstLineShift>();
  #mainFile = "";

  constructor(prepared: PreparedGuest, image: Image, cache: ScriptCache, options: VmOptions, restored?: SnapshotState) {
    this.#cache = cache;
    this.#options = options;
    this.#image = image;
    this.#guest = prepared.guest;
    this.#hooks = prepared.hooks;
    this.#port = prepared.port;
    this.#methods = image.methods;
    this.#modules = new ModuleLoader(options, cache);
    this.#exceptions = new Exceptions(this.#guest, this);
    this.#pending = new PendingCalls(
      this.#guest,
      this.#hooks,
      this.#exceptions,
      () => this.encoder(),
      (id, outcome) => this.#settle(id, outcome),
      () => this.#options.host.work,
      (stack) => this.frames(stack),
    );
    this.#functions = new FunctionTable(
      this.#guest,
      this.#hooks,
      (pointer, args) => this.#invoke(pointer, args),
      () => this.#functionReleased(),
    );
    this.#rejections = new Rejections(this.#guest, restored?.unhandled);
    this.#operations = new Operations(this.#guest, options, this.#pending, this.#functions, this);
    this.#port.host = this;
    if (restored) this.#adopt(restored);
    else seedRandom(this.#guest, options.seed);
    this.#setGlobals(restored !== undefined);
  }

  get dead(): LlmspellError | undefined {
    return this.#dead;
  }

  // --- ScriptVm ---

  run(script: ScriptSource): Promise<ScriptValue> {
    if (this.#dead) return Promise.reject(this.#dead);
    if (this.#mainPromise)
      return Promise.reject(new LlmspellError("engine.failed", "this VM has run a script already"));
    const promise = this.#startMain();
    this.#mainFile = script.file;
    try {
      this.#enter(() => {
        const failed = this.#launch(script);
        if (failed && this.#main) this.#main.outcome = { ok: false, error: failed };
      });
    } catch (error) {
      this.#rejectMain(toLlmspellError(error, "engine.failed"));
    }
    return promise;
  }

  async call(fn: ScriptFunction, args: readonly ScriptValue[]): Promise<ScriptValue> {
    if (!this.#functions.owns(fn)) throw new LlmspellError("value.released", "this function belongs to another VM");
    return fn.invoke(args);
  }

  snapshot(): VmSnapshot {
    if (this.#dead) throw this.#dead;
    if (this.#depth > 0)
      throw new LlmspellError("engine.failed", "a snapshot cannot be taken while code runs in the VM");
    this.#guest.forgetAtoms();
    return packSnapshot(this.#image, this.#guest, {
      ...this.#pending.save(),
      unhandled: this.#rejections.save(),
      running: this.#main !== undefined,
      shift: this.#shift,
    });
  }

  settle(pending: number, outcome: CallOutcome): void {
    this.#settle(pending, outcome);
  }

  finished(): Promise<ScriptValue> {
    if (this.#dead && !this.#mainPromise) return Promise.reject(this.#dead);
    return this.#mainPromise ?? Promise.reject(new LlmspellError("engine.failed", "no script runs in this VM"));
  }

  /** Compiles without running; answers the syntax error, if any. */
  check(script: ScriptSource): LlmspellError | null {
    return this.#enter(() => {
      try {
        loadProgram(this.#guest, script, {
          modules: this.#modules,
          cache: this.#cache,
          takeError: () => this.#exceptions.take(),
        });
        return null;
      } catch (thrown) {
        if (LlmspellError.is(thrown) && thrown.code === "script.syntax") return thrown;
        throw thrown;
      }
    });
  }

  /** What a script would see of a value, back in the host. */
  roundTrip(value: ScriptValue): ScriptValue {
    const slot = this.#guest.push();
    this.encoder().encode(value, slot);
    return this.decoder(false).decode(slot);
  }

  memoryUsed(): number {
    return this.#guest.memory.buffer.byteLength;
  }

  dispose(reason?: LlmspellError): void {
    if (!this.#dead) this.#kill(reason ?? new LlmspellError("value.released", "the VM was closed"));
  }

  // --- what marshalling asks ---

  functionIn(slot: number): ScriptFunction {
    return this.#functions.take(slot);
  }

  writeFunction(fn: ScriptFunction, slot: number): void {
    this.#functions.write(fn, slot);
  }

  aliasProto(aliases: FieldAliases): number {
    const known = this.#aliasProtos.get(aliases);
    if (known !== undefined) return known;
    const guest = this.#guest;
    const top = guest.top;
    const address = guest.malloc(8);
    const list = guest.push();
    this.encoder().encode(
      aliases.map(([alias, field]) => [alias, field]),
      list,
    );
    const made = this.#hooks.call("aliasProto", 1, list, address);
    guest.free(list);
    guest.top = top;
    if (!made) throw new GuestException();
    this.#aliasProtos.set(aliases, address);
    return address;
  }

  handle(id: number): Handle | undefined {
    return this.#options.host.handle(id);
  }

  frames(stack: string): ReturnType<typeof parseStack> {
    return this.#modules.withImporters(
      parseStack(stack, (file) => (this.#shift?.file === file ? this.#shift : this.#shifts.get(file))),
    );
  }

  framesOfImport(name: string, module: string): ReturnType<typeof parseStack> {
    return this.#modules.framesOfImport(name, module);
  }

  isBroken(file: string): boolean {
    return this.#modules.isBroken(file);
  }

  // --- GuestImports: what the WebAssembly calls ---

  hostCall(magic: number, slot: number, argc: number, argv: number): void {
    const guest = this.#guest;
    const top = guest.top;
    try {
      const method = this.#methods[magic];
      if (method) this.#callMethod(magic, method, slot, argc, argv);
      else this.#operations.run(magic, slot, argv);
      if (this.#dead) throw this.#dead;
    } catch (thrown) {
      this.#exceptions.raise(thrown, slot);
    }
    guest.top = top;
  }

  interrupt(): boolean {
    if (this.#options.gate.expired()) throw this.#kill(this.#options.gate.violation());
    return false;
  }

  rejection(promise: number, reason: number, handled: boolean): void {
    this.#rejections.note(promise, reason, handled);
  }

  normalizeModule(base: string, name: string): number {
    return this.#orThrow(() => this.#guest.newCString(this.#modules.resolve(name, base)).address);
  }

  loadModule(name: string, lengthAddress: number): number {
    return this.#orThrow(() => {
      const { address, length } = this.#guest.newCString(this.#modules.source(name));
      this.#guest.u32[lengthAddress >> 2] = length;
      return address;
    });
  }

  now(): number {
    return this.#options.now();
  }

  /** See `OperationHost.include`. What it compiles never enters the cache: scripts have run in this VM. */
  include(path: ScriptValue, slot: number): void {
    if (typeof path !== "string")
      throw new LlmspellError("input.invalid", "spells.include: path is missing", {
        hint: "Use spells.include(path).",
      });
    const guest = this.#guest;
    const { raw, ctx } = guest;
    const script = this.#modules.include(path, this.#mainFile);
    const program = loadProgram(guest, script, {
      modules: this.#modules,
      cache: new ScriptCache(0),
      takeError: () => this.#exceptions.take(),
    });
    if (program.shift) this.#shifts.set(script.file, program.shift);
    const argv = guest.push(24);
    guest.set(argv + 8, program.shift && program.kind === "module" ? TAG.bool : TAG.undefined, 1);
    guest.set(argv + 16, TAG.undefined);
    if (program.kind === "script") {
      const main = guest.push();
      if (raw.evalFunction(ctx, program.slot, main) === TAG.exception) throw new GuestException();
      const tag = raw.call(ctx, main, this.#hooks.undefinedSlot, 0, 0, argv);
      guest.free(main);
      if (tag === TAG.exception) throw new GuestException();
    } else {
      const module = guest.pointer(program.slot);
      if (raw.evalFunction(ctx, program.slot, argv) === TAG.exception) throw new GuestException();
      raw.getModuleNamespace(ctx, module, argv + 16);
    }
    const made = this.#hooks.call("included", 3, argv, slot);
    guest.free(argv);
    guest.free(argv + 16);
    if (!made) throw new GuestException();
  }

  // --- running ---

  #startMain(): Promise<ScriptValue> {
    const { promise, resolve, reject } = Promise.withResolvers<ScriptValue>();
    this.#main = { resolve, reject };
    this.#mainPromise = promise;
    return promise;
  }

  /** Starts the script; answers the error when it does not even start. */
  #launch(script: ScriptSource): LlmspellError | undefined {
    const guest = this.#guest;
    const top = guest.top;
    const id = guest.push(24);
    try {
      const program = loadProgram(guest, script, {
        modules: this.#modules,
        cache: this.#cache,
        takeError: () => this.#exceptions.take(),
      });
      this.#shift = program.shift;
      const result = id;
      guest.setNumber(id + 8, MAIN);
      if (program.kind === "script") {
        const main = guest.push();
        if (guest.raw.evalFunction(guest.ctx, program.slot, main) === TAG.exception) return this.#exceptions.take();
        const tag = guest.raw.call(guest.ctx, main, this.#hooks.undefinedSlot, 0, 0, result);
        guest.free(main);
        if (tag === TAG.exception) return this.#exceptions.take();
        this.#watch(result, MAIN);
      } else {
        const module = guest.pointer(program.slot);
        if (guest.raw.evalFunction(guest.ctx, program.slot, result) === TAG.exception) return this.#exceptions.take();
        guest.raw.getModuleNamespace(guest.ctx, module, id + 8);
        guest.setNumber(id + 16, MAIN);
        const out = guest.push();
        if (!this.#hooks.call("watchModule", 3, result, out)) return this.#exceptions.take();
        guest.free(id + 8);
      }
      guest.free(result);
      return undefined;
    } catch (thrown) {
      return this.#exceptions.explain(thrown);
    } finally {
      guest.top = top;
    }
  }

  /** Runs `body` in the VM; what it throws ends the VM. The outermost entry runs jobs to their end as well. */
  #enter<T>(body: () => T): T {
    if (this.#dead) throw this.#dead;
    const guest = this.#guest;
    const top = guest.top;
    if (this.#depth > 0) {
      this.#depth++;
      try {
        return body();
      } catch (thrown) {
        throw this.end(thrown);
      } finally {
        this.#depth--;
        guest.top = top;
      }
    }
    const { gate, host } = this.#options;
    const { work } = host;
    gate.enter();
    this.#depth = 1;
    let result: T;
    try {
      result = body();
      if (this.#dead) throw this.#dead;
      this.#pump();
      this.#checkIdle();
      guest.trimAtoms();
    } catch (thrown) {
      throw this.end(thrown);
    } finally {
      this.#depth = 0;
      guest.top = top;
      host.work = work;
      gate.leave();
    }
    return result;
  }

  #pump(): void {
    const { raw, rt } = this.#guest;
    const slot = this.#guest.push();
    for (;;) {
      const ran = raw.executePendingJob(rt, slot);
      if (ran === 0) return;
      if (ran < 0) this.#rejectMain(this.#exceptions.take());
    }
  }

  /** The host holds one function less: perhaps what the script waits for can happen no more. */
  #functionReleased(): void {
    if (this.#dead || this.#depth > 0 || this.#functions.size > 0 || (!this.#main && this.#waiters.size === 0)) return;
    try {
      this.#enter(() => {});
    } catch {
      // #enter has ended the VM and told everyone who waits on it.
    }
  }

  /** Ends what can end, and tells a script that waits for nothing. */
  #checkIdle(): void {
    const main = this.#main;
    const outcome = main?.outcome;
    if (outcome && !outcome.ok) {
      this.#rejectMain(outcome.error);
    } else if (this.#pending.size > 0) {
      return;
    } else if (main && outcome?.ok) {
      const error = this.#firstUnhandled();
      if (error) this.#rejectMain(error);
      else this.#resolveMain(outcome.value);
    } else if (this.#functions.size === 0 && (main || this.#waiters.size > 0)) {
      const error =
        this.#firstUnhandled() ??
        new LlmspellError("script.deadlock", "the script waits for a promise that nothing can settle any more");
      if (main) this.#rejectMain(error);
      for (const [id, waiter] of this.#waiters) {
        this.#waiters.delete(id);
        waiter.reject(error);
      }
    }
  }

  #resolveMain(value: ScriptValue): void {
    const main = this.#main;
    this.#main = undefined;
    main?.resolve(value);
  }

  #rejectMain(error: LlmspellError): void {
    const main = this.#main;
    this.#main = undefined;
    main?.reject(error);
  }

  #firstUnhandled(): LlmspellError | undefined {
    return this.#rejections.takeFirst((slot) => this.#exceptions.read(slot));
  }

  // --- the script calls the host ---

  #callMethod(ref: number, method: Method, slot: number, argc: number, argv: number): void {
    if (method.sync) {
      const result = this.#options.host.call(ref, this.#arguments(method, slot, argc, argv));
      if (this.#dead) throw this.#dead;
      if (isPromise(result)) this.#pending.promise(result, slot);
      else this.encoder().encode(result, slot);
      return;
    }
    let result: ScriptValue | Promise<ScriptValue>;
    try {
      result = this.#options.host.call(ref, this.#arguments(method, slot, argc, argv));
      if (this.#dead) throw this.#dead;
      if (isPromise(result)) {
        this.#pending.promise(result, slot);
        return;
      }
      this.encoder().encode(result, slot);
    } catch (thrown) {
      this.#exceptions.raise(thrown, slot);
      this.#guest.raw.getException(this.#guest.ctx, slot);
      this.#pending.settled(true, slot);
      return;
    }
    this.#pending.settled(false, slot);
  }

  #arguments(method: Method, slot: number, argc: number, argv: number): ScriptValue[] {
    const decoder = this.decoder(method.lenient);
    const args: ScriptValue[] = [];
    if (method.onHandle) args.push(decoder.decode(slot));
    for (let i = 0; i < argc; i++) args.push(decoder.decode(argv + 8 * i));
    return args;
  }

  #settle(id: number, outcome: CallOutcome): void {
    if (this.#dead || !this.#pending.has(id)) return;
    if (!outcome.ok && outcome.error.final) {
      this.#kill(outcome.error);
      return;
    }
    try {
      this.#enter(() => {
        this.#options.host.work = this.#pending.workOf(id);
        if (!this.#pending.settle(id, outcome)) this.#rejectMain(this.#exceptions.take());
      });
    } catch {
      // #enter has ended the VM and told everyone who waits on it.
    }
  }

  /** For imports that answer an address: 0 with the exception pending. */
  #orThrow(make: () => number): number {
    const top = this.#guest.top;
    try {
      return make();
    } catch (thrown) {
      this.#exceptions.raise(thrown, this.#guest.push());
      return 0;
    } finally {
      this.#guest.top = top;
    }
  }

  // --- the host calls the script ---

  /** See `ScriptFunction.invoke`. */
  #invoke(pointer: number, args: readonly ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    const outcome = this.#enter(() => this.#callFunction(pointer, args));
    if (outcome instanceof Promise) return outcome;
    if (outcome.ok) return outcome.value;
    throw outcome.error;
  }

  #callFunction(pointer: number, args: readonly ScriptValue[]): CallOutcome | Promise<ScriptValue> {
    const guest = this.#guest;
    const { raw, ctx } = guest;
    const fn = guest.push();
    const out = guest.push();
    const argv = guest.push(8 * args.length);
    let made = 0;
    try {
      const encoder = this.encoder();
      for (; made < args.length; made++) encoder.encode(args[made], argv + 8 * made);
      guest.set(fn, TAG.object, pointer);
      // The function may be released while it runs.
      raw.dupValue(ctx, fn, fn);
      const tag = raw.call(ctx, fn, this.#hooks.undefinedSlot, args.length, argv, out);
      guest.free(fn);
      if (tag === TAG.exception) return { ok: false, error: this.#exceptions.take() };
      try {
        if (tag === TAG.object && this.#isThenable(out)) {
          const { promise, resolve, reject } = Promise.withResolvers<ScriptValue>();
          // Where the host's own stack ends, nobody gets to hear of it.
          promise.catch(() => undefined);
          const id = ++this.#lastWaiter;
          this.#waiters.set(id, { resolve, reject });
          this.#watch(out, id);
          return promise;
        }
        return { ok: true, value: this.decoder(false).decode(out) };
      } finally {
        guest.free(out);
      }
    } catch (thrown) {
      return { ok: false, error: this.#exceptions.explain(thrown) };
    } finally {
      for (let i = 0; i < made; i++) guest.free(argv + 8 * i);
    }
  }

  #isThenable(slot: number): boolean {
    const guest = this.#guest;
    const kind = this.#hooks.layout.kinds[guest.raw.getClassId(slot)];
    if (kind === "promise") return true;
    if (kind !== "plain") return false;
    const then = guest.push();
    if (guest.raw.getProperty(guest.ctx, slot, guest.atom("then"), then) === TAG.exception) throw new GuestException();
    const thenable = guest.tag(then) === TAG.object && guest.raw.isFunction(guest.ctx, then) !== 0;
    guest.free(then);
    return thenable;
  }

  /** Has the prelude tell when the promise in `slot` settles. */
  #watch(slot: number, id: number): void {
    const guest = this.#guest;
    const top = guest.top;
    const argv = guest.push(16);
    const out = guest.push();
    guest.copy(slot, argv);
    guest.setNumber(argv + 8, id);
    if (!this.#hooks.call("watch", 2, argv, out)) throw new GuestException();
    guest.top = top;
  }

  /** A watched promise has settled with the value in `slot`. */
  watched(id: number, ok: boolean, slot: number): void {
    let outcome: CallOutcome;
    try {
      outcome = ok ? { ok, value: this.decoder(false).decode(slot) } : { ok, error: this.#exceptions.read(slot) };
    } catch (thrown) {
      outcome = { ok: false, error: this.#exceptions.explain(thrown) };
    }
    if (id === MAIN) {
      if (this.#main) this.#main.outcome = outcome;
      return;
    }
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    if (outcome.ok) waiter?.resolve(outcome.value);
    else waiter?.reject(outcome.error);
  }

  // --- ends ---

  isFull(): boolean {
    return this.#options.memoryBytes - this.memoryUsed() < 8 * 65536;
  }

  /** What a host-level throw means; the VM is dead afterwards. */
  end(thrown: unknown): LlmspellError {
    if (this.#dead) return this.#dead;
    if (LlmspellError.is(thrown)) return this.#kill(thrown);
    if (thrown instanceof RangeError && /call stack/.test(thrown.message)) {
      return this.#kill(new LlmspellError("limit.recursion", "the script recursed too deeply", { cause: thrown }));
    }
    if (thrown instanceof OutOfGuestMemory || (thrown instanceof WebAssembly.RuntimeError && this.isFull()))
      return this.#kill(outOfMemory());
    return this.#kill(
      new LlmspellError("engine.failed", `the JavaScript engine failed: ${String(thrown)}`, { cause: thrown }),
    );
  }

  #kill(error: LlmspellError): LlmspellError {
    this.#dead = error;
    this.#rejectMain(error);
    for (const waiter of this.#waiters.values()) waiter.reject(error);
    this.#waiters.clear();
    this.#pending.clear();
    this.#functions.close();
    return error;
  }

  // --- beginnings ---

  #setGlobals(lazyOnly: boolean): void {
    const guest = this.#guest;
    const { raw, ctx } = guest;
    const top = guest.top;
    const global = guest.push();
    const argv = guest.push(16);
    const out = guest.push();
    raw.getGlobalObject(ctx, global);
    for (const [name, value] of Object.entries(this.#options.globals)) {
      if (typeof value === "function") {
        const index = this.#operations.addLazyGlobal(value);
        if (lazyOnly) continue;
        guest.setText(argv, name);
        guest.setNumber(argv + 8, index);
        if (!this.#hooks.call("defineLazy", 2, argv, out)) throw this.#exceptions.take();
        guest.free(argv);
      } else if (!lazyOnly) {
        this.encoder().encode(value, argv);
        raw.definePropertyValue(ctx, global, guest.atom(name), argv, 7);
      }
    }
    guest.free(global);
    guest.top = top;
  }

  #adopt(state: SnapshotState): void {
    this.#pending.load(state.lastId, state.calls);
    this.#shift = state.shift;
    if (state.running) {
      // Whoever asks for `finished` handles it; nobody has to.
      this.#startMain().catch(() => {});
    }
  }

  decoder(lenient: boolean): Decoder {
    return new Decoder(this.#guest, this.#hooks, this, this.#options.values, lenient);
  }

  encoder(): Encoder {
    return new Encoder(this.#guest, this.#hooks, this, this.#options.values);
  }
}
