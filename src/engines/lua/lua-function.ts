import { ScriptFunction, type ScriptValue } from "../../values/script-value.ts";

/** What a function needs of its VM. */
export interface FunctionOwner {
  invoke(fn: LuaFunction, args: readonly ScriptValue[]): ScriptValue | Promise<ScriptValue>;
  /** Called when the last reference is given back. */
  forget(fn: LuaFunction): void;
}

/** A Lua function held by the host: anchored in the VM's registry as long as its count is above zero. */
export class LuaFunction extends ScriptFunction {
  readonly id: number;
  readonly name = "anonymous";
  readonly owner: FunctionOwner;
  /** Registry reference; meaningless once `count` is 0. */
  readonly ref: number;
  /** Key of the function in its VM: address and kind. */
  readonly key: number;
  count = 1;

  constructor(owner: FunctionOwner, id: number, ref: number, key: number) {
    super();
    this.owner = owner;
    this.id = id;
    this.ref = ref;
    this.key = key;
  }

  invoke(args: readonly ScriptValue[]): ScriptValue | Promise<ScriptValue> {
    return this.owner.invoke(this, args);
  }

  retain(): void {
    this.count++;
  }

  release(): void {
    if (this.count === 0) return;
    this.count--;
    if (this.count === 0) this.owner.forget(this);
  }
}
