import { toCamelCase, toSnakeCase } from "../../engine/naming.ts";
import type { Naming } from "../../engine/shape.ts";
import { BRIDGE_NAMES, loadBridge } from "../../runtime/bridge-sources.ts";
import type { ReplLanguage } from "./language.ts";

/** The method whose brackets are open at the cursor: `llm.chat("x", ` is in a call of `["llm", "chat"]`. */
export function callAt(text: string, cursor: number, language: ReplLanguage): readonly string[] | undefined {
  let depth = 0;
  for (let at = cursor - 1; at >= 0; at--) {
    const char = text[at];
    if (char === ")") depth += 1;
    else if (char === "(" && depth > 0) depth -= 1;
    else if (char === "(") return nameBefore(text, at, language);
  }
  return undefined;
}

function nameBefore(text: string, at: number, language: ReplLanguage): readonly string[] | undefined {
  const found = language.pathAt(text.slice(0, at), at);
  if (!found || found.path.length !== 1) return undefined;
  return [...found.path, text.slice(found.start, at)];
}

/** How a bridge's method is called, and what it does; undefined where there is none of that name. */
export function signatureOf([owner = "", name = ""]: readonly string[], naming: Naming): string | undefined {
  if (!(BRIDGE_NAMES as readonly string[]).includes(owner)) return undefined;
  const bridge = loadBridge(owner);
  const method = bridge.methods[toCamelCase(name)] ?? bridge.methods[name];
  if (!method || method.internal) return undefined;
  const spell = naming === "snake" ? toSnakeCase : (text: string) => text;
  const parameters = Object.entries(method.input).map(
    ([parameter, schema]) => `${spell(parameter)}${(schema as { isOptional(): boolean }).isOptional() ? "?" : ""}`,
  );
  const rest = method.rest ? ["..."] : [];
  return `${owner}.${spell(name)}(${[...parameters, ...rest].join(", ")}): ${method.summary.split("\n")[0]}`;
}
