/** Pieces of Lua source. */

const KEYWORDS = new Set(
  "and break do else elseif end false for function goto if in local nil not or repeat return then true until while".split(
    " ",
  ),
);

function isLuaName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text) && !KEYWORDS.has(text);
}

/** A string of bytes (one a character) as a literal. */
export function luaString(bytes: string): string {
  const escaped = bytes.replace(/[^ !#-[\]-~]/g, (char) => `\\${char.charCodeAt(0).toString().padStart(3, "0")}`);
  return `"${escaped}"`;
}

export function luaFloat(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** `[key]` or `.key` behind an object. */
export function luaField(key: string): string {
  return isLuaName(key) ? `.${key}` : `[${luaString(key)}]`;
}

/** The Lua name of a script's variable: readable, and no other's. */
export function luaVariable(name: string, id: number): string {
  const ascii = name.replace(/[^\w]/gu, (char) => `u${(char.codePointAt(0) as number).toString(16)}`);
  return `${ascii}_${id}`;
}
