import { LlmspellError } from "../../errors.ts";
import { isPlainObject, type ScriptObject, type ScriptValue } from "../../values/script-value.ts";
import { withText, type ImageRefs } from "./image.ts";
import type { LuaInstance } from "./instance.ts";
import { TAG, VALUE_BYTES } from "./layout.ts";
import type { LuaReader } from "./reader.ts";

/**
 * A raised value; an object that shows itself by `__tostring` as that text, unless it has a message. `protect` runs
 * code in protected mode; it throws final errors, and every error once the VM is gone.
 */
export function describeRaised(
  instance: LuaInstance,
  refs: ImageRefs,
  reader: LuaReader,
  address: number,
  protect: (body: (L: number) => number) => void,
): ScriptValue {
  let value: ScriptValue = null;
  protect((L) => {
    value = reader.read(L, address, true);
    return 0;
  });
  const tag = instance.tag(address);
  if ((tag !== TAG.table && tag !== TAG.userdata) || LlmspellError.is(value)) return value;
  if (isPlainObject(value) && typeof value["message"] === "string") return value;
  let text: ScriptValue = null;
  try {
    protect((L) => {
      instance.pushCopy(L, address);
      if (instance.x.luaL_getmetafield(L, -1, withText(instance, refs, "__tostring")) === 0) return 0;
      instance.pop(L, 1);
      instance.x.luaL_tolstring(L, -1, 0);
      text = reader.read(L, instance.top(L) - VALUE_BYTES, true);
      return 0;
    });
  } catch (error) {
    // Where its own text fails, the value itself has to do.
    if (LlmspellError.is(error) && error.final) throw error;
  }
  if (typeof text !== "string") return value;
  return isPlainObject(value) ? { ...(value as ScriptObject), message: text } : text;
}
