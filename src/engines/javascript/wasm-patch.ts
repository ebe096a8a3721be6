/**
 * Rewrites the QuickJS binary once, before it is compiled:
 *
 * - its memory becomes an import, so that each VM gets a `WebAssembly.Memory` whose maximum is the VM's limit;
 * - every 64-bit JSValue in the signatures below goes through linear memory instead of a BigInt: a wrapper `v_NAME`
 *   takes addresses for JSValue parameters, and for a JSValue result one more address, and answers its tag;
 * - exports that nobody calls go;
 * - one native function (`JSCFunctionData`) hands guest calls to the import `host_call` as
 *   `(magic, slot, argc, argv, data)`, where `slot` holds `this` before and the result after.
 */

const I32 = 0x7f;
const I64 = 0x7e;

interface FunctionType {
  params: number[];
  results: number[];
}

/** What the rewriting adds to the binary's own exports. */
export interface PatchedWasm {
  bytes: Uint8Array<ArrayBuffer>;
  /** Index of the native function in the indirect table. */
  hostFunction: number;
  /** Pages that the binary wants at least. */
  initialPages: number;
}

/** Largest memory that the import accepts: 4 GiB. */
const MAX_PAGES = 65536;

/** Keeps of the exports only `kept` and the `wrapped` ones (as `v_NAME`): each export costs every instance memory. */
export function patchWasm(binary: Uint8Array, wrapped: readonly string[], kept: readonly string[]): PatchedWasm {
  const sections = readSections(binary);
  const section = (id: number): Reader => {
    const found = sections.find((s) => s.id === id);
    if (!found) throw new Error(`the QuickJS binary has no section ${id}`);
    return new Reader(found.body);
  };

  const types = section(1).vector(readType);
  const imports = readImports(section(2));
  const functionTypes = section(3).vector((r) => r.leb());
  const exports = readExports(section(7));
  const allTypes = [...imports.functionTypes, ...functionTypes];

  const newTypes: FunctionType[] = [];
  const typeIndex = (type: FunctionType): number => {
    const same = (t: FunctionType): boolean =>
      String(t.params) === String(type.params) && String(t.results) === String(type.results);
    const known = [...types, ...newTypes].findIndex(same);
    if (known >= 0) return known;
    newTypes.push(type);
    return types.length + newTypes.length - 1;
  };

  const added: { name: string; type: number; body: number[] }[] = [];
  for (const name of wrapped) {
    const index = exports.find((e) => e.kind === 0 && e.name === name)?.index;
    const type = index === undefined ? undefined : types[allTypes[index] ?? -1];
    if (index === undefined || index < 0 || !type) throw new Error(`the QuickJS binary does not export ${name}`);
    const returnsValue = type.results[0] === I64;
    const params = type.params.map((p) => (p === I64 ? I32 : p));
    added.push({
      name: `v_${name}`,
      type: typeIndex({
        params: returnsValue ? [...params, I32] : params,
        results: returnsValue ? [I32] : type.results,
      }),
      body: wrapperBody(index, type.params, returnsValue),
    });
  }
  const hostCall = imports.functions.get("host_call");
  if (hostCall === undefined) throw new Error("the QuickJS binary does not import host_call");
  added.push({
    name: "v_host_function",
    type: typeIndex({ params: [I32, I64, I32, I32, I32, I32], results: [I64] }),
    body: hostFunctionBody(hostCall),
  });

  const firstAdded = allTypes.length;
  const table = section(4);
  if (table.leb() !== 1 || table.byte() !== 0x70 || table.byte() !== 0) throw new Error("unexpected table section");
  const hostFunction = table.leb();
  const memory = section(5);
  if (memory.leb() !== 1) throw new Error("unexpected memory section");
  memory.byte();
  const initialPages = memory.leb();

  const patched = sections.flatMap(({ id, body }): { id: number; body: Uint8Array | number[] }[] => {
    const append = (items: number[][]): number[] => {
      const r = new Reader(body);
      return [...leb(r.leb() + items.length), ...r.rest(), ...items.flat()];
    };
    if (id === 1) return [{ id, body: append(newTypes.map((t) => [0x60, ...vec(t.params), ...vec(t.results)])) }];
    if (id === 2) {
      return [
        { id, body: append([[...text("env"), ...text("memory"), 2, 1, ...leb(initialPages), ...leb(MAX_PAGES)]]) },
      ];
    }
    if (id === 3) return [{ id, body: append(added.map((f) => leb(f.type))) }];
    if (id === 4) return [{ id, body: [1, 0x70, 0, ...leb(hostFunction + 1)] }];
    if (id === 5) return [];
    if (id === 7) {
      const entries = [
        ...exports.filter((e) => kept.includes(e.name)).map((e) => [...text(e.name), e.kind, ...leb(e.index)]),
        ...added.map((f, i) => [...text(f.name), 0, ...leb(firstAdded + i)]),
      ];
      return [{ id, body: [...leb(entries.length), ...entries.flat()] }];
    }
    if (id === 9) {
      const segment = [0, 0x41, ...sleb(hostFunction), 0x0b, 1, ...leb(firstAdded + added.length - 1)];
      return [{ id, body: append([segment]) }];
    }
    if (id === 10) {
      const r = new Reader(body);
      const count = leb(r.leb() + added.length);
      const bodies = added.flatMap((f) => [...leb(f.body.length), ...f.body]);
      return [{ id, body: concat([count, r.rest(), bodies]) }];
    }
    return [{ id, body }];
  });
  const bytes = concat([
    binary.subarray(0, 8),
    ...patched.flatMap(({ id, body }) => [[id, ...leb(body.length)], body]),
  ]);
  return { bytes, hostFunction, initialPages };
}

function wrapperBody(target: number, params: number[], returnsValue: boolean): number[] {
  const code = [0]; // no locals
  const out = params.length;
  if (returnsValue) code.push(0x20, ...leb(out));
  params.forEach((type, i) => {
    code.push(0x20, ...leb(i)); // local.get
    if (type === I64) code.push(0x29, 3, 0); // i64.load
  });
  code.push(0x10, ...leb(target)); // call
  if (returnsValue) code.push(0x37, 3, 0, 0x20, ...leb(out), 0x28, 2, 4); // i64.store; the tag: i32.load offset=4
  return [...code, 0x0b];
}

/** `(ctx, this, argc, argv, magic, data) -> result`: the slot lies on the stack of the linear memory. */
function hostFunctionBody(hostCall: number): number[] {
  const slot = 6;
  return [
    1,
    1,
    I32,
    0x23,
    0,
    0x41,
    16,
    0x6b,
    0x22,
    slot,
    0x24,
    0, // slot = sp -= 16
    0x20,
    slot,
    0x20,
    1,
    0x37,
    3,
    0, // *slot = this
    0x20,
    4,
    0x20,
    slot,
    0x20,
    2,
    0x20,
    3,
    0x20,
    5,
    0x10,
    ...leb(hostCall),
    0x1a,
    0x20,
    slot,
    0x41,
    16,
    0x6a,
    0x24,
    0, // sp = slot + 16
    0x20,
    slot,
    0x29,
    3,
    0,
    0x0b,
  ];
}

function readType(r: Reader): FunctionType {
  if (r.byte() !== 0x60) throw new Error("unexpected type in the QuickJS binary");
  return { params: r.vector((p) => p.byte()), results: r.vector((p) => p.byte()) };
}

function readImports(r: Reader): { functionTypes: number[]; functions: Map<string, number> } {
  const functionTypes: number[] = [];
  const functions = new Map<string, number>();
  r.vector((entry) => {
    entry.text();
    const name = entry.text();
    if (entry.byte() !== 0) throw new Error("unexpected import in the QuickJS binary");
    functions.set(name, functionTypes.length);
    functionTypes.push(entry.leb());
  });
  return { functionTypes, functions };
}

function readExports(r: Reader): { name: string; kind: number; index: number }[] {
  return r.vector((entry) => ({ name: entry.text(), kind: entry.byte(), index: entry.leb() }));
}

function readSections(binary: Uint8Array): { id: number; body: Uint8Array }[] {
  const r = new Reader(binary.subarray(8));
  const sections: { id: number; body: Uint8Array }[] = [];
  while (!r.done) {
    const id = r.byte();
    sections.push({ id, body: r.take(r.leb()) });
  }
  return sections;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Error("the QuickJS binary ends early");
    return byte;
  }

  leb(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  take(length: number): Uint8Array {
    return this.#bytes.subarray(this.#at, (this.#at += length));
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  text(): string {
    return Buffer.from(this.take(this.leb())).toString("latin1");
  }

  vector<T>(read: (r: Reader) => T): T[] {
    return Array.from({ length: this.leb() }, () => read(this));
  }
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest ? byte | 0x80 : byte);
  } while (rest);
  return bytes;
}

/** Signed LEB128 of a small positive number. */
function sleb(value: number): number[] {
  const bytes = leb(value);
  const last = bytes.at(-1) ?? 0;
  if (last & 0x40) bytes.splice(-1, 1, last | 0x80, 0);
  return bytes;
}

function vec(items: number[]): number[] {
  return [...leb(items.length), ...items];
}

function text(name: string): number[] {
  return vec([...Buffer.from(name, "latin1")]);
}

function concat(parts: (Uint8Array | number[])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
