import { LlmspellError, toLlmspellError } from "../../errors.ts";
import type { CallOutcome, ScriptSource, ScriptVm, VmOptions, VmSnapshot } from "../../engine/vm.ts";
import type { Handle } from "../../values/handle.ts";
import { ScriptFunction } from "../../values/script-function.ts";
import type { FieldAliases, ScriptValue } from "../../values/script-value.ts";
import { Decoder, GuestException, type DecodeHost } from "./decode.ts";
import { Encoder, type EncodeHost } from "./encode.ts";
import { parseStack, type FirstLineShift } from "./errors.ts";
import { OutOfGuestMemory, TAG, type Guest, type GuestImports } from "./guest.ts";
import type { Hooks } from "./hooks.ts";
import { seedRandom, type Image, type PreparedGuest } from "./image.ts";
import type { Method } from "./methods.ts";
import { ModuleLoader } from "./modules.ts";
import { OPS } from "./prelude.ts";
import { loadProgram } from "./program.ts";
import type { ScriptCache } from "./script-cache.ts";
import { packSnapshot, type SnapshotState } from "./snapshot.ts";

/** A promise of the guest that a host call will settle: its resolving functions, by address. */
interface PendingCall {
  resolve: number;
  reject: number;
}

interface Waiter {
  resolve(value: ScriptValue): void;
  reject(error: LlmspellError): void;
}

/** The function objects that the host holds, by their address. */
interface HeldFunction {
  fn: GuestFunction;
  references: number;
}

const MAIN = 0;

/** One QuickJS VM for one run. */
export class JavascriptVm implements ScriptVm, GuestImports, DecodeHost, EncodeHost {
  readonly #options: VmOptions;
  readonly #image: Image;
  readonly #cache: ScriptCache;
  readonly #guest: Guest;
  readonly #hooks: Hooks;
  readonly #port: PreparedGuest["port"];
  readonly #methods: readonly (Method | undefined)[];
  readonly #modules: ModuleLoader;
  readonly #lazyGlobals: (() => ScriptValue)[] = [];
  readonly #functions = new Map<number, HeldFunction>();
  readonly #foreign: ScriptFunction[] = [];
  readonly #aliasProtos = new Map<FieldAliases, number>();
  readonly #pending = new Map<number, PendingCall>();
  readonly #waiters = new Map<number, Waiter>();
  /** Rejected promises that nothing handles, by address, with the reason's two words. */
  readonly #unhandled = new Map<number, [number, number]>();
  #lastId = MAIN;
  #depth = 0;
  #dead: LlmspellError | undefined;
  #main: (Waiter & { outcome?: CallOutcome }) | undefined;
  #mainPromise: Promise<ScriptValue> | undefined;
  #shift: FirstLineShift | undefined;

  constructor(prepared: PreparedGuest, image: Image, cache: ScriptCache, options: VmOptions, restored?: SnapshotState) {
    this.#cache = cache;
    this.#options = options;
    this.#image = image;
    this.#guest = prepared.guest;
    this.#hooks = prepared.hooks;
    this.#port = prepared.port;
    this.#methods = image.methods;
    this.#modules = new ModuleLoader(options);
    this.#port.host = this;
    if (restored) this.#adopt(restored);
    else seedRandom(this.#guest, options.seed);
    this.#setGlobals(restored !== undefined);
  }

  // --- ScriptVm ---

  run(script: ScriptSource): Promise<ScriptValue> {
    if (this.#dead) return Promise.reject(this.#dead);
    if (this.#mainPromise) return Promise.reject(new LlmspellError("engine.failed", "this VM has run a script already"));
    const promise = this.#startMain();
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
    if (!(fn instanceof GuestFunction) || fn.vm !== this) {
      throw new LlmspellError("value.released", "this function belongs to another VM");
    }
    return fn.invoke(args);
  }

  snapshot(): VmSnapshot {
    if (this.#dead) throw this.#dead;
    if (this.#depth > 0) throw new LlmspellError("engine.failed", "a snapshot cannot be taken while code runs in the VM");
    this.#guest.forgetAtoms();
    return packSnapshot(this.#image, this.#guest, {
      lastId: this.#lastId,
      pending: [...this.#pending].map(([id, { resolve, reject }]) => [id, resolve, reject]),
      unhandled: [...this.#unhandled].map(([promise, [low, high]]) => [promise, low, high]),
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
        loadProgram(this.#guest, script, { modules: this.#modules, cache: this.#cache, takeError: () => this.#takeException() });
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
    this.#encoder().encode(value, slot);
    return this.#decoder(false).decode(slot);
  }

  memoryUsed(): number {
    return this.#guest.memory.buffer.byteLength;
  }

  dispose(reason?: LlmspellError): void {
    if (!this.#dead) this.#kill(reason ?? new LlmspellError("value.released", "the VM was closed"));
  }

  // --- functions of the script ---

  /** See `ScriptFunction.invoke`. */
  invoke(pointer: number, args: readonly ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    if (this.#dead) throw this.#dead;
    if (!this.#functions.has(pointer)) throw new LlmspellError("value.released", "this function was released");
    const outcome = this.#enter(() => this.#callFunction(pointer, args));
    if (outcome instanceof Promise) return outcome;
    if (outcome.ok) return outcome.value;
    throw outcome.error;
  }

  retain(pointer: number): void {
    const held = this.#functions.get(pointer);
    if (!held || this.#dead) throw new LlmspellError("value.released", "this function was released");
    held.references++;
  }

  release(pointer: number): void {
    const held = this.#functions.get(pointer);
    if (!held || this.#dead || --held.references > 0) return;
    this.#functions.delete(pointer);
    this.#freeObject(pointer);
    if (this.#depth === 0) this.#checkIdle();
  }

  functionIn(slot: number): ScriptFunction {
    const guest = this.#guest;
    const pointer = guest.pointer(slot);
    const known = this.#functions.get(pointer);
    if (known) {
      known.references++;
      return known.fn;
    }
    const top = guest.top;
    const out = guest.push();
    if (!this.#hooks.call("idOf", 1, slot, out)) throw new GuestException();
    const id = guest.pointer(out);
    let name = "";
    if (guest.raw.getProperty(guest.ctx, slot, guest.atom("name"), out) === TAG.exception) throw new GuestException();
    if (guest.tag(out) === TAG.string) name = guest.text(out) ?? "";
    guest.free(out);
    guest.raw.dupValue(guest.ctx, slot, out);
    guest.top = top;
    const fn = new GuestFunction(this, pointer, id, name || "anonymous");
    this.#functions.set(pointer, { fn, references: 1 });
    return fn;
  }

  writeFunction(fn: ScriptFunction, slot: number): void {
    const guest = this.#guest;
    if (fn instanceof GuestFunction && fn.vm === this) {
      if (!this.#functions.has(fn.pointer)) throw new LlmspellError("value.released", "this function was released");
      guest.set(slot, TAG.object, fn.pointer);
      guest.raw.dupValue(guest.ctx, slot, slot);
      return;
    }
    fn.retain();
    const top = guest.top;
    const id = guest.push();
    guest.setNumber(id, this.#foreign.push(fn) - 1);
    const made = this.#hooks.call("foreign", 1, id, slot);
    guest.top = top;
    if (!made) throw new GuestException();
  }

  aliasProto(aliases: FieldAliases): number {
    const known = this.#aliasProtos.get(aliases);
    if (known !== undefined) return known;
    const guest = this.#guest;
    const top = guest.top;
    const address = guest.malloc(8);
    const list = guest.push();
    this.#encoder().encode(aliases.map(([alias, field]) => [alias, field]), list);
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
    return parseStack(stack, this.#shift);
  }

  // --- GuestImports: what the WebAssembly calls ---

  hostCall(magic: number, slot: number, argc: number, argv: number): void {
    const guest = this.#guest;
    const top = guest.top;
    try {
      const method = this.#methods[magic];
      if (method) this.#callMethod(magic, method, slot, argc, argv);
      else this.#operate(magic, slot, argc, argv);
      if (this.#dead) throw this.#dead;
    } catch (thrown) {
      this.#throwInto(thrown, slot);
    }
    guest.top = top;
  }

  interrupt(): boolean {
    if (this.#options.gate.expired()) throw this.#kill(this.#options.gate.violation());
    return false;
  }

  rejection(promise: number, reason: number, handled: boolean): void {
    const guest = this.#guest;
    const pointer = guest.pointer(promise);
    if (handled) {
      this.#forgetRejection(pointer);
      return;
    }
    const words: [number, number] = [guest.i32[reason >> 2] as number, guest.i32[(reason >> 2) + 1] as number];
    const out = guest.top;
    guest.raw.dupValue(guest.ctx, promise, out);
    guest.raw.dupValue(guest.ctx, reason, out);
    this.#unhandled.set(pointer, words);
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
        takeError: () => this.#takeException(),
      });
      this.#shift = program.shift;
      const result = id;
      guest.setNumber(id + 8, MAIN);
      if (program.kind === "script") {
        const main = guest.push();
        if (guest.raw.evalFunction(guest.ctx, program.slot, main) === TAG.exception) return this.#takeException();
        const tag = guest.raw.call(guest.ctx, main, this.#hooks.undefinedSlot, 0, 0, result);
        guest.free(main);
        if (tag === TAG.exception) return this.#takeException();
        this.#watch(result, MAIN);
      } else {
        const module = guest.pointer(program.slot);
        if (guest.raw.evalFunction(guest.ctx, program.slot, result) === TAG.exception) return this.#takeException();
        guest.raw.getModuleNamespace(guest.ctx, module, id + 8);
        guest.setNumber(id + 16, MAIN);
        const out = guest.push();
        if (!this.#hooks.call("watchModule", 3, result, out)) return this.#takeException();
        guest.free(id + 8);
      }
      guest.free(result);
      return undefined;
    } catch (thrown) {
      if (LlmspellError.is(thrown) && !this.#dead) return thrown;
      if (thrown instanceof GuestException) return this.#takeException();
      if (thrown instanceof OutOfGuestMemory) return outOfMemory();
      throw thrown;
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
        throw this.#fatal(thrown);
      } finally {
        this.#depth--;
        guest.top = top;
      }
    }
    const { gate } = this.#options;
    gate.enter();
    this.#depth = 1;
    let result: T;
    try {
      result = body();
      if (this.#dead) throw this.#dead;
      this.#pump();
      guest.trimAtoms();
    } catch (thrown) {
      throw this.#fatal(thrown);
    } finally {
      this.#depth = 0;
      guest.top = top;
      gate.leave();
    }
    this.#checkIdle();
    return result;
  }

  #pump(): void {
    const { raw, rt } = this.#guest;
    const slot = this.#guest.push();
    for (;;) {
      const ran = raw.executePendingJob(rt, slot);
      if (ran === 0) return;
      if (ran < 0) this.#rejectMain(this.#takeException());
    }
  }

  /** Ends what can end, and tells a script that waits for nothing. */
  #checkIdle(): void {
    if (this.#dead || this.#depth > 0) return;
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
      const error = this.#firstUnhandled() ?? new LlmspellError("script.deadlock", "the script waits for a promise that nothing can settle any more");
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
    const first = this.#unhandled.entries().next().value;
    if (!first) return undefined;
    const [promise, [low, high]] = first;
    const guest = this.#guest;
    const top = guest.top;
    const slot = guest.push();
    guest.set(slot, high, low);
    try {
      return this.#errorIn(slot);
    } finally {
      guest.top = top;
      this.#forgetRejection(promise);
    }
  }

  #forgetRejection(promise: number): void {
    const words = this.#unhandled.get(promise);
    if (!words) return;
    this.#unhandled.delete(promise);
    const guest = this.#guest;
    const slot = guest.push();
    guest.set(slot, words[1], words[0]);
    guest.free(slot);
    guest.top = slot;
    this.#freeObject(promise);
  }

  #freeObject(pointer: number): void {
    const guest = this.#guest;
    const slot = guest.push();
    guest.set(slot, TAG.object, pointer);
    guest.free(slot);
    guest.top = slot;
  }

  // --- the script calls the host ---

  #callMethod(ref: number, method: Method, slot: number, argc: number, argv: number): void {
    if (method.sync) {
      const result = this.#options.host.call(ref, this.#arguments(method, slot, argc, argv));
      if (this.#dead) throw this.#dead;
      if (isPromise(result)) this.#awaitResult(result, slot);
      else this.#encoder().encode(result, slot);
      return;
    }
    let result: ScriptValue | Promise<ScriptValue>;
    try {
      result = this.#options.host.call(ref, this.#arguments(method, slot, argc, argv));
      if (this.#dead) throw this.#dead;
      if (isPromise(result)) {
        this.#awaitResult(result, slot);
        return;
      }
      this.#encoder().encode(result, slot);
    } catch (thrown) {
      this.#throwInto(thrown, slot);
      this.#guest.raw.getException(this.#guest.ctx, slot);
      this.#settledPromise(true, slot);
      return;
    }
    this.#settledPromise(false, slot);
  }

  #arguments(method: Method, slot: number, argc: number, argv: number): ScriptValue[] {
    const decoder = this.#decoder(method.lenient);
    const args: ScriptValue[] = [];
    if (method.onHandle) args.push(decoder.decode(slot));
    for (let i = 0; i < argc; i++) args.push(decoder.decode(argv + 8 * i));
    return args;
  }

  /** Puts a settled promise of the value in `slot` in its place. */
  #settledPromise(rejected: boolean, slot: number): void {
    const guest = this.#guest;
    const value = guest.push();
    guest.copy(slot, value);
    const tag = guest.raw.newSettledPromise(guest.ctx, rejected ? 1 : 0, value, slot);
    guest.free(value);
    if (tag === TAG.exception) throw new GuestException();
  }

  /** Puts a promise into `slot` that settles as `result` does. */
  #awaitResult(result: Promise<ScriptValue>, slot: number): number {
    const guest = this.#guest;
    const functions = guest.push(16);
    if (guest.raw.newPromiseCapability(guest.ctx, functions, slot) === TAG.exception) throw new GuestException();
    const call = { resolve: guest.pointer(functions), reject: guest.pointer(functions + 8) };
    return this.#track(result, call);
  }

  #track(result: Promise<ScriptValue>, call: PendingCall): number {
    const id = ++this.#lastId;
    this.#pending.set(id, call);
    result.then(
      (value) => this.#settle(id, { ok: true, value }),
      (thrown: unknown) => this.#settle(id, { ok: false, error: toLlmspellError(thrown) }),
    );
    return id;
  }

  #settle(id: number, outcome: CallOutcome): void {
    const call = this.#pending.get(id);
    if (!call || this.#dead) return;
    if (!outcome.ok && outcome.error.final) {
      this.#kill(outcome.error);
      return;
    }
    this.#pending.delete(id);
    try {
      this.#enter(() => this.#resolveCall(call, outcome));
    } catch {
      // #enter has ended the VM and told everyone who waits on it.
    }
  }

  #resolveCall(call: PendingCall, outcome: CallOutcome): void {
    const guest = this.#guest;
    const { raw, ctx } = guest;
    const fn = guest.push();
    const value = guest.push();
    const out = guest.push();
    let ok = outcome.ok;
    try {
      this.#encoder().encode(outcome.ok ? outcome.value : outcome.error, value);
    } catch (thrown) {
      ok = false;
      this.#throwInto(thrown, value);
      raw.getException(ctx, value);
    }
    guest.set(fn, TAG.object, ok ? call.resolve : call.reject);
    if (raw.call(ctx, fn, this.#hooks.undefinedSlot, 1, value, out) === TAG.exception) {
      this.#rejectMain(this.#takeException());
    } else {
      guest.free(out);
    }
    guest.free(value);
    this.#freeObject(call.resolve);
    this.#freeObject(call.reject);
  }

  /** Throws into the guest what a host call threw; only a final or a host-level error goes on as a host exception. */
  #throwInto(thrown: unknown, slot: number): void {
    if (this.#dead) throw thrown;
    const guest = this.#guest;
    if (thrown instanceof OutOfGuestMemory) {
      guest.raw.throwOutOfMemory(guest.ctx, slot);
    } else if (!(thrown instanceof GuestException)) {
      if (isHostFailure(thrown)) throw this.#fatal(thrown);
      const error = toLlmspellError(thrown);
      if (error.final) throw this.#kill(error);
      const value = guest.push();
      try {
        this.#encoder().encode(error, value);
        guest.raw.throw(guest.ctx, value, slot);
      } catch (second) {
        // Its details cannot cross: the rest of it does.
        if (!LlmspellError.is(second)) {
          if (second instanceof OutOfGuestMemory) guest.raw.throwOutOfMemory(guest.ctx, slot);
          else if (!(second instanceof GuestException)) throw second;
        } else {
          this.#encoder().encode(new LlmspellError(error.code, error.message, { retryable: error.retryable }), value);
          guest.raw.throw(guest.ctx, value, slot);
        }
      }
    }
    guest.set(slot, TAG.exception);
  }

  /** For imports that answer an address: 0 with the exception pending. */
  #orThrow(make: () => number): number {
    const top = this.#guest.top;
    try {
      return make();
    } catch (thrown) {
      this.#throwInto(thrown, this.#guest.push());
      return 0;
    } finally {
      this.#guest.top = top;
    }
  }

  /** The prelude's own calls. */
  #operate(magic: number, slot: number, argc: number, argv: number): void {
    const guest = this.#guest;
    const number = (i: number): number => (guest.tag(argv + 8 * i) === TAG.int ? guest.pointer(argv + 8 * i) : guest.float(argv + 8 * i));
    const answer = (value: ScriptValue): void => this.#encoder().encode(value, slot);
    guest.set(slot, TAG.undefined);
    switch (magic) {
      case OPS.settle:
        this.#watched(number(0), guest.pointer(argv + 8) !== 0, argv + 16);
        return;
      case OPS.readGlobal: {
        const read = this.#lazyGlobals[number(0)];
        return answer(read?.());
      }
      case OPS.timer:
        return answer(this.#startTimer(number(0), argv + 8));
      case OPS.cancelTimer: {
        const call = this.#pending.get(number(0));
        if (!call) return;
        this.#pending.delete(number(0));
        this.#freeObject(call.resolve);
        this.#freeObject(call.reject);
        return;
      }
      case OPS.encodeUtf8:
        return answer(new TextEncoder().encode(String(this.#decoder(false).decode(argv))));
      case OPS.decodeUtf8:
        return answer(decodeUtf8(this.#decoder(false).decode(argv), guest.pointer(argv + 8) !== 0, guest.pointer(argv + 16) !== 0));
      case OPS.foreign: {
        const [args] = Array.of(this.#decoder(false).decode(argv + 8)) as ScriptValue[][];
        const fn = this.#foreign[number(0)];
        const result = fn?.invoke(args ?? []);
        if (isPromise(result)) this.#awaitResult(result, slot);
        else answer(result);
        return;
      }
      case OPS.now:
        return answer(this.#options.now());
      default:
        throw new LlmspellError("method.unknown", `no method has the ref ${magic} (${argc} arguments)`);
    }
  }

  #startTimer(ms: number, functions: number): number {
    const util = this.#options.bridges.find((b) => b.name === "util");
    const sleep = util?.methods.find((m) => m.name === "sleep");
    if (!sleep) throw new LlmspellError("method.unavailable", "sleeping and timers need the bridge util");
    const guest = this.#guest;
    const out = guest.push();
    const call = { resolve: guest.pointer(functions), reject: guest.pointer(functions + 8) };
    const result = this.#options.host.call(sleep.ref, [ms]);
    guest.raw.dupValue(guest.ctx, functions, out);
    guest.raw.dupValue(guest.ctx, functions + 8, out);
    return this.#track(Promise.resolve(result), call);
  }

  // --- the host calls the script ---

  #callFunction(pointer: number, args: readonly ScriptValue[]): CallOutcome | Promise<ScriptValue> {
    const guest = this.#guest;
    const { raw, ctx } = guest;
    const fn = guest.push();
    const out = guest.push();
    const argv = guest.push(8 * args.length);
    let made = 0;
    try {
      const encoder = this.#encoder();
      for (; made < args.length; made++) encoder.encode(args[made], argv + 8 * made);
      guest.set(fn, TAG.object, pointer);
      // The function may be released while it runs.
      raw.dupValue(ctx, fn, fn);
      const tag = raw.call(ctx, fn, this.#hooks.undefinedSlot, args.length, argv, out);
      guest.free(fn);
      if (tag === TAG.exception) return { ok: false, error: this.#takeException() };
      try {
        if (tag === TAG.object && this.#isThenable(out)) {
          const { promise, resolve, reject } = Promise.withResolvers<ScriptValue>();
          const id = ++this.#lastId;
          this.#waiters.set(id, { resolve, reject });
          this.#watch(out, id);
          return promise;
        }
        return { ok: true, value: this.#decoder(false).decode(out) };
      } finally {
        guest.free(out);
      }
    } catch (thrown) {
      if (this.#dead) throw thrown;
      if (thrown instanceof GuestException) return { ok: false, error: this.#takeException() };
      if (thrown instanceof OutOfGuestMemory) return { ok: false, error: outOfMemory() };
      if (LlmspellError.is(thrown)) return { ok: false, error: thrown };
      throw thrown;
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
  #watched(id: number, ok: boolean, slot: number): void {
    let outcome: CallOutcome;
    try {
      outcome = ok ? { ok, value: this.#decoder(false).decode(slot) } : { ok, error: this.#errorIn(slot) };
    } catch (thrown) {
      if (this.#dead || isHostFailure(thrown)) throw thrown;
      if (LlmspellError.is(thrown)) outcome = { ok: false, error: thrown };
      else if (thrown instanceof GuestException) outcome = { ok: false, error: this.#takeException() };
      else outcome = { ok: false, error: outOfMemory() };
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

  /** The guest's pending exception as an error. */
  #takeException(): LlmspellError {
    const guest = this.#guest;
    const top = guest.top;
    const slot = guest.push();
    guest.raw.getException(guest.ctx, slot);
    try {
      return this.#errorIn(slot);
    } finally {
      guest.free(slot);
      guest.top = top;
    }
  }

  /** The thrown thing in `slot` as an error, whatever the script has done to its own globals. */
  #errorIn(slot: number): LlmspellError {
    const guest = this.#guest;
    // QuickJS throws null when it lacks the memory for an error object.
    if (guest.tag(slot) === TAG.null && this.#isFull()) return outOfMemory();
    try {
      return this.#decoder(false).error(slot);
    } catch (thrown) {
      if (thrown instanceof OutOfGuestMemory) return outOfMemory();
      if (!(thrown instanceof GuestException)) throw thrown;
      guest.raw.getException(guest.ctx, guest.push());
      return this.#isFull() ? outOfMemory() : new LlmspellError("script.error", "the script threw something that cannot be read");
    }
  }

  #isFull(): boolean {
    return this.#options.memoryBytes - this.memoryUsed() < 8 * 65536;
  }

  /** What a host-level throw means; the VM is dead afterwards. */
  #fatal(thrown: unknown): LlmspellError {
    if (this.#dead) return this.#dead;
    if (LlmspellError.is(thrown)) return this.#kill(thrown);
    if (thrown instanceof RangeError && /call stack/.test(thrown.message)) {
      return this.#kill(new LlmspellError("limit.recursion", "the script recursed too deeply", { cause: thrown }));
    }
    if (thrown instanceof OutOfGuestMemory || (thrown instanceof WebAssembly.RuntimeError && this.#isFull())) return this.#kill(outOfMemory());
    return this.#kill(new LlmspellError("engine.failed", `the JavaScript engine failed: ${String(thrown)}`, { cause: thrown }));
  }

  #kill(error: LlmspellError): LlmspellError {
    this.#dead = error;
    this.#rejectMain(error);
    for (const waiter of this.#waiters.values()) waiter.reject(error);
    this.#waiters.clear();
    this.#pending.clear();
    this.#functions.clear();
    for (const fn of this.#foreign) fn.release();
    this.#foreign.length = 0;
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
        const index = this.#lazyGlobals.push(value) - 1;
        if (lazyOnly) continue;
        guest.setText(argv, name);
        guest.setNumber(argv + 8, index);
        if (!this.#hooks.call("defineLazy", 2, argv, out)) throw this.#takeException();
        guest.free(argv);
      } else if (!lazyOnly) {
        this.#encoder().encode(value, argv);
        raw.definePropertyValue(ctx, global, guest.atom(name), argv, 7);
      }
    }
    guest.free(global);
    guest.top = top;
  }

  #adopt(state: SnapshotState): void {
    this.#lastId = state.lastId;
    this.#shift = state.shift;
    for (const [id, resolve, reject] of state.pending) this.#pending.set(id, { resolve, reject });
    for (const [promise, low, high] of state.unhandled) this.#unhandled.set(promise, [low, high]);
    if (state.running) {
      // Whoever asks for `finished` handles it; nobody has to.
      this.#startMain().catch(() => {});
    }
  }

  #decoder(lenient: boolean): Decoder {
    return new Decoder(this.#guest, this.#hooks, this, this.#options.values, lenient);
  }

  #encoder(): Encoder {
    return new Encoder(this.#guest, this.#hooks, this, this.#options.values);
  }
}

/** A function of a script, held by the host. */
class GuestFunction extends ScriptFunction {
  readonly vm: JavascriptVm;
  readonly pointer: number;
  readonly id: number;
  readonly name: string;

  constructor(vm: JavascriptVm, pointer: number, id: number, name: string) {
    super();
    this.vm = vm;
    this.pointer = pointer;
    this.id = id;
    this.name = name;
  }

  override invoke(args: readonly ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    return this.vm.invoke(this.pointer, args);
  }

  override retain(): void {
    this.vm.retain(this.pointer);
  }

  override release(): void {
    this.vm.release(this.pointer);
  }
}

function outOfMemory(): LlmspellError {
  return new LlmspellError("limit.memory", "out of memory");
}

/** A failure of the host itself within a call: the VM's state is no longer sure. */
function isHostFailure(thrown: unknown): boolean {
  return (thrown instanceof RangeError && /call stack/.test(thrown.message)) || thrown instanceof WebAssembly.RuntimeError;
}

function isPromise(value: unknown): value is Promise<ScriptValue> {
  return value instanceof Promise || (typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function");
}

function decodeUtf8(bytes: ScriptValue, fatal: boolean, ignoreBOM: boolean): string {
  if (!(bytes instanceof Uint8Array)) throw new LlmspellError("input.invalid", "TextDecoder.decode wants bytes");
  try {
    return new TextDecoder("utf-8", { fatal, ignoreBOM }).decode(bytes);
  } catch (cause) {
    throw new LlmspellError("parse.invalid", "the bytes are not valid UTF-8", { cause });
  }
}
