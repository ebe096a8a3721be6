import { resourceLimits } from "node:worker_threads";
import { fingerprint } from "../../engine/fingerprint.ts";
import { LlmspellError } from "../../errors.ts";
import type { BridgeShape, MethodShape } from "../../engine/shape.ts";
import { DEFAULT_VALUE_LIMITS, type ScriptValue } from "../../values/script-value.ts";
import { Encoder } from "./encode.ts";
import { Guest, pagesFor, TAG, type GuestImports, type GuestLayout } from "./guest.ts";
import { Hooks, KINDS, type HookLayout, type Kind } from "./hooks.ts";
import { methodTable, type Method } from "./methods.ts";
import { HOOKS, MAX_REF, OPS, PRELUDE, PRELUDE_FILE } from "./prelude.ts";
import type { JavascriptBinary, JavascriptModule } from "./wasm-module.ts";

/** A VM at rest after its prelude and the installation of a run's bridges: what every fresh VM starts from. */
export interface Image {
  engine: JavascriptModule;
  memory: SparseMemory;
  layout: GuestLayout;
  hooks: HookLayout;
  methods: readonly (Method | undefined)[];
  /** Changes with the binary, the prelude and the installed bridges. */
  digest: string;
}

/** What a build keeps of an engine: its binary, and the image for one catalogue of bridges. Plain data. */
export interface PreparedImage {
  binary: JavascriptBinary;
  image: Pick<Image, "memory" | "layout" | "hooks" | "digest">;
}

/** The image that a build kept, for the same bridges. */
export function preparedImage(
  { image }: PreparedImage,
  engine: JavascriptModule,
  bridges: readonly BridgeShape[],
): Image {
  return { ...image, engine, methods: methodTable(bridges) };
}

/** A memory without its zero pages. */
export interface SparseMemory {
  pages: number;
  chunks: { address: number; bytes: Uint8Array }[];
}

/**
 * Bytes of linear memory that a guest's stack may take for each MB of the thread's own stack: QuickJS's parser takes
 * up to 20 times as much of the latter, and the guest's limit must come first. The stack has 1 MB, some of it spare.
 */
const GUEST_STACK_PER_MB = 48 * 1024;
const LARGEST_GUEST_STACK = 900 * 1024;
/** On the main thread, whose stack of about 1 MB serves for ordinary recursion only. */
const MAIN_THREAD_GUEST_STACK = 256 * 1024;
/** QuickJS's own limit, as a share of the memory above its stack: dlmalloc needs the rest for itself. */
const USABLE_MEMORY = 0.9;
/** What a VM needs above its image to do anything at all. */
const LEAST_ROOM = 256 * 1024;
const CHUNK = 4096;

/** A guest that is ready for a VM, which plugs itself in as `host`. */
export interface PreparedGuest {
  guest: Guest;
  hooks: Hooks;
  port: { host: GuestImports };
}

/** Boots QuickJS, runs the prelude and installs the bridges. Some milliseconds. */
export function buildImage(engine: JavascriptModule, bridges: readonly BridgeShape[]): Image {
  const memory = new WebAssembly.Memory({ initial: engine.initialPages, maximum: 1024 });
  const builder: GuestImports = {
    hostCall: (magic, slot, _argc, argv) => {
      if (magic !== OPS.method) throw new LlmspellError("internal.bug", "a host call while the image is built");
      const ref = guest.pointer(argv);
      newHostFunction(guest, engine, ref, guest.text(argv + 8) ?? "", slot);
    },
    interrupt: () => false,
    rejection: () => {},
    normalizeModule: () => 0,
    loadModule: () => 0,
    now: () => 0,
  };
  const guest: Guest = new Guest(engine, memory, builder);
  guest.raw.setMaxStackSize(guestStack());
  const hooks = runPrelude(guest, engine);
  installBridges(guest, hooks, bridges);
  guest.layout.randomState = findRandomState(guest);
  guest.forgetAtoms();
  guest.raw.runGc();
  const digest = fingerprint(engine.digest, PRELUDE, describe(bridges));
  return {
    engine,
    memory: sparse(memory),
    layout: guest.layout,
    hooks: hooks.layout,
    methods: methodTable(bridges),
    digest,
  };
}

/** Starts a guest from an image, in a memory of its own that never grows above `memoryBytes`. */
export function startGuest(image: Image, memoryBytes: number, from: SparseMemory = image.memory): PreparedGuest {
  const maximum = Math.min(65536, Math.floor(memoryBytes / 65536));
  const least = pagesFor(from.pages * 65536 + LEAST_ROOM);
  if (maximum < least) {
    throw new LlmspellError("limit.memory", `a JavaScript VM needs at least ${least * 65536} bytes of memory`, {
      details: { limit: memoryBytes },
    });
  }
  const memory = new WebAssembly.Memory({ initial: from.pages, maximum });
  const port = { host: NO_HOST };
  const imports: GuestImports = {
    hostCall: (magic, slot, argc, argv) => port.host.hostCall(magic, slot, argc, argv),
    interrupt: () => port.host.interrupt(),
    rejection: (promise, reason, handled) => port.host.rejection(promise, reason, handled),
    normalizeModule: (base, name) => port.host.normalizeModule(base, name),
    loadModule: (name, length) => port.host.loadModule(name, length),
    now: () => port.host.now(),
  };
  const guest = new Guest(image.engine, memory, imports, image.layout);
  const bytes = guest.bytes;
  for (const chunk of from.chunks) bytes.set(chunk.bytes, chunk.address);
  guest.stackPointer = image.layout.stackPointer;
  // QuickJS's own limit comes a little before the memory's, so that there is room for the error that tells.
  guest.raw.setMemoryLimit(Math.floor((maximum * 65536 - image.layout.stackPointer) * USABLE_MEMORY));
  guest.raw.setMaxStackSize(guestStack());
  return { guest, hooks: new Hooks(guest, image.hooks), port };
}

function guestStack(): number {
  const { stackSizeMb } = resourceLimits;
  if (stackSizeMb === undefined) return MAIN_THREAD_GUEST_STACK;
  return Math.min(LARGEST_GUEST_STACK, stackSizeMb * GUEST_STACK_PER_MB);
}

/** The parts of a memory that are not zero, in blocks of 4 KiB. */
export function sparse(memory: WebAssembly.Memory): SparseMemory {
  const all = Buffer.from(memory.buffer);
  const zero = Buffer.alloc(CHUNK);
  const chunks: SparseMemory["chunks"] = [];
  let start = -1;
  for (let at = 0; at <= all.length; at += CHUNK) {
    const used = at < all.length && all.compare(zero, 0, CHUNK, at, at + CHUNK) !== 0;
    if (used && start < 0) start = at;
    if (!used && start >= 0) {
      chunks.push({ address: start, bytes: new Uint8Array(all.subarray(start, at)) });
      start = -1;
    }
  }
  return { pages: all.length / 65536, chunks };
}

/** Seeds `Math.random`: the context's xorshift64* state from 32 bits. */
export function seedRandom(guest: Guest, seed: number): void {
  let state = BigInt(seed >>> 0) + 0x9e3779b97f4a7c15n;
  state = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
  state = BigInt.asUintN(64, (state ^ (state >> 27n)) * 0x94d049bb133111ebn);
  state = state ^ (state >> 31n) || 1n;
  guest.set(guest.layout.randomState, Number(BigInt.asIntN(32, state >> 32n)), Number(BigInt.asIntN(32, state)));
}

/** Makes a guest function that calls the host with `magic`. */
function newHostFunction(guest: Guest, engine: JavascriptModule, magic: number, name: string, slot: number): void {
  const { address } = guest.newCString(name);
  const tag = guest.raw.newFunction(guest.ctx, engine.hostFunction, address, 0, magic, 0, 0, slot);
  guest.raw.free(address);
  if (tag === TAG.exception) throw new Error("QuickJS is out of memory");
}

/** Runs code of our own, which must not throw. */
function evalOwn(guest: Guest, code: string, slot: number): void {
  const source = guest.newCString(code);
  const file = guest.newCString(PRELUDE_FILE);
  const tag = guest.raw.eval(guest.ctx, source.address, source.length, file.address, 0, slot);
  guest.raw.free(source.address);
  guest.raw.free(file.address);
  if (tag === TAG.exception) mustNotThrow(guest);
}

function mustNotThrow(guest: Guest): never {
  const slot = guest.push();
  guest.raw.getException(guest.ctx, slot);
  throw new Error(`the JavaScript prelude failed: ${guest.text(slot)}`);
}

function runPrelude(guest: Guest, engine: JavascriptModule): Hooks {
  const { raw, ctx } = guest;
  const top = guest.top;
  const prelude = guest.push();
  evalOwn(guest, PRELUDE, prelude);
  const names = Object.keys(OPS) as (keyof typeof OPS)[];
  const argv = guest.push(8 * names.length);
  names.forEach((name, i) => newHostFunction(guest, engine, OPS[name], name, argv + 8 * i));
  const undefinedSlot = guest.push();
  guest.set(undefinedSlot, TAG.undefined);
  const list = guest.push();
  if (raw.call(ctx, prelude, undefinedSlot, names.length, argv, list) === TAG.exception) mustNotThrow(guest);
  const address = guest.malloc(8 * (HOOKS.length + 1));
  HOOKS.forEach((_, i) => raw.getProperty(ctx, list, i | 0x80000000, address + 8 * i));
  guest.set(address + 8 * HOOKS.length, TAG.undefined);
  const handleClass = newClass(guest, "Handle");
  const hooks = new Hooks(guest, { address, kinds: [], handleClass });
  learnKinds(guest, hooks);
  for (let i = 0; i < names.length; i++) guest.free(argv + 8 * i);
  guest.free(prelude);
  guest.free(list);
  guest.top = top;
  return hooks;
}

function newClass(guest: Guest, name: string): number {
  const idSlot = guest.push();
  guest.set(idSlot, 0, 0);
  const id = guest.raw.newClassId(guest.rt, idSlot);
  const definition = guest.push(20);
  guest.u32.fill(0, definition >> 2, (definition >> 2) + 5);
  const text = guest.newCString(name);
  guest.u32[definition >> 2] = text.address;
  if (guest.raw.newClass(guest.rt, id, definition) !== 0) throw new Error("QuickJS refused a class");
  return id;
}

/** Learns the class ids of the built-in classes from one object of each. */
function learnKinds(guest: Guest, hooks: Hooks): void {
  const { raw, ctx } = guest;
  const top = guest.top;
  const handle = guest.push();
  const list = guest.push();
  const item = guest.push();
  guest.set(handle, TAG.null);
  const proto = guest.push();
  guest.set(proto, TAG.null);
  raw.newObjectProtoClass(ctx, proto, hooks.layout.handleClass, handle);
  if (!hooks.call("specimens", 1, handle, list)) mustNotThrow(guest);
  KINDS.forEach((kind: Kind, i) => {
    raw.getProperty(ctx, list, i | 0x80000000, item);
    const id = raw.getClassId(item);
    hooks.layout.kinds[id] ??= kind;
    guest.free(item);
  });
  guest.free(list);
  guest.free(handle);
  guest.top = top;
}

function installBridges(guest: Guest, hooks: Hooks, bridges: readonly BridgeShape[]): void {
  const encoder = new Encoder(guest, hooks, { writeFunction: refuse, aliasProto: refuse }, DEFAULT_VALUE_LIMITS);
  const top = guest.top;
  const list = guest.push();
  const out = guest.push();
  encoder.encode(bridges.map(describeBridge), list);
  if (!hooks.call("install", 1, list, out)) mustNotThrow(guest);
  guest.free(list);
  guest.top = top;
}

function describeBridge(bridge: BridgeShape): ScriptValue {
  const methods = (list: readonly MethodShape[]): ScriptValue[] =>
    list.map(({ name, ref, native }) => {
      if (ref < 0 || ref >= MAX_REF) throw new LlmspellError("internal.bug", `method ref ${ref} is out of range`);
      return { name, ref, native };
    });
  return {
    name: bridge.name,
    aliases: [...bridge.aliases],
    constants: { ...bridge.constants },
    methods: methods(bridge.methods),
    fallback: bridge.fallback && methods([bridge.fallback])[0],
    handles: bridge.handles.map((h) => ({
      type: h.type,
      iterator: h.iterator,
      leave: h.leave,
      methods: methods(h.methods),
    })),
  };
}

/** The catalogue as text, for the digest: constants count by their names. */
function describe(bridges: readonly BridgeShape[]): string {
  return JSON.stringify(bridges, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/** The address of the 64-bit word that `Math.random` steps by xorshift64*. */
function findRandomState(guest: Guest): number {
  const before = new BigUint64Array(guest.memory.buffer.slice(guest.ctx & ~7, (guest.ctx & ~7) + 2048));
  const slot = guest.push();
  evalOwn(guest, "Math.random()", slot);
  guest.top = slot;
  const after = new BigUint64Array(guest.memory.buffer.slice(guest.ctx & ~7, (guest.ctx & ~7) + 2048));
  const index = before.findIndex((word, i) => word !== 0n && word !== after[i] && xorshift(word) === after[i]);
  if (index < 0) throw new Error("the random state of QuickJS was not found");
  return (guest.ctx & ~7) + 8 * index;
}

function xorshift(state: bigint): bigint {
  let x = state;
  x ^= x >> 12n;
  x = BigInt.asUintN(64, x ^ (x << 25n));
  return x ^ (x >> 27n);
}

function refuse(): never {
  throw new LlmspellError("value.unsupported", "a constant of a bridge must be plain data");
}

const NO_HOST: GuestImports = {
  hostCall: refuse,
  interrupt: () => false,
  rejection: () => {},
  normalizeModule: () => 0,
  loadModule: () => 0,
  now: () => 0,
};
