import type { BridgeShape, HandleShape, MethodShape } from "../engine/shape.ts";
import { LlmspellError } from "../errors.ts";
import { CompiledMethod } from "./compiled-method.ts";
import type { BridgeDefinition, Method } from "./define-bridge.ts";
import type { BridgeOutline, MethodOutline } from "./outline.ts";

/** A bridge that is known by its outline and loaded, synchronously, at its first call. */
export interface BridgeSource {
  outline: BridgeOutline;
  load(): BridgeDefinition;
}

interface Slot {
  source: BridgeSource;
  owner: string;
  name: string;
  ofHandle: boolean;
  shape: MethodShape;
  compiled?: CompiledMethod;
}

/** All bridges that a runtime offers: what engines install (internal ones are left out), and the method behind each reference. Shared by its runs. */
export class BridgeCatalogue {
  readonly shapes: readonly BridgeShape[];
  readonly #slots: Slot[] = [];
  readonly #byName = new Map<string, Slot>();

  /** A later source of the same name replaces an earlier one. */
  constructor(sources: readonly BridgeSource[]) {
    const byName = new Map(sources.map((source) => [source.outline.name, source]));
    const shapes = [...byName.values()].map((source) => this.#install(source));
    this.shapes = shapes.filter(({ methods, constants }) => methods.length > 0 || Object.keys(constants).length > 0);
  }

  #install(source: BridgeSource): BridgeShape {
    const { name, aliases, constants, methods, fallback, handles } = source.outline;
    const shown = this.#installMethods(source, name, methods, false);
    return {
      name,
      aliases,
      constants,
      methods: shown,
      ...(fallback === undefined ? {} : { fallback: this.#shapeOf(`${name}.${fallback}`) }),
      handles: handles.map(({ type, iterator, leave, methods: ofHandle }): HandleShape => ({
        type,
        methods: this.#installMethods(source, type, ofHandle, true),
        ...(iterator === undefined ? {} : { iterator }),
        ...(leave === undefined ? {} : { leave }),
      })),
    };
  }

  #installMethods(
    source: BridgeSource,
    owner: string,
    methods: readonly MethodOutline[],
    ofHandle: boolean,
  ): MethodShape[] {
    const shapes: MethodShape[] = [];
    for (const { name, sync, lenient, internal, native } of methods) {
      const ref = this.#slots.length;
      const shape = { name, ref, sync: sync ?? false, lenient: lenient ?? false };
      const slot: Slot = { source, owner, name, ofHandle, shape };
      this.#slots.push(slot);
      this.#byName.set(`${owner}.${name}`, slot);
      if (!internal) shapes.push(native ? { ...shape, native } : shape);
    }
    return shapes;
  }

  #shapeOf(name: string): MethodShape {
    const slot = this.#byName.get(name);
    if (!slot) throw new LlmspellError("internal.bug", `a bridge falls back on ${name}, which it does not define`);
    return slot.shape;
  }

  /** The method behind a reference that an engine got in its shapes. */
  method(ref: number): CompiledMethod {
    const slot = this.#slots[ref];
    if (!slot) throw new LlmspellError("method.unknown", `no bridge method has the reference ${ref}`);
    return (slot.compiled ??= compile(slot));
  }

  has(owner: string, name: string): boolean {
    return this.#byName.has(`${owner}.${name}`);
  }

  /** The method of a bridge or handle type by its camelCase name. Throws `method.unknown`. */
  find(owner: string, name: string): CompiledMethod {
    const slot = this.#byName.get(`${owner}.${name}`);
    if (!slot) throw new LlmspellError("method.unknown", `there is no method ${owner}.${name}`);
    return (slot.compiled ??= compile(slot));
  }
}

function compile({ source, owner, name, ofHandle }: Slot): CompiledMethod {
  const bridge = source.load();
  const methods = ofHandle ? bridge.handles?.[owner]?.methods : bridge.methods;
  const spec = methods?.[name];
  if (!spec)
    throw new LlmspellError(
      "internal.bug",
      `the outline of bridge ${bridge.name} lists ${owner}.${name}, its definition does not`,
    );
  return new CompiledMethod(bridge, owner, name, spec as unknown as Method, ofHandle);
}
