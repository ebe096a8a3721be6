import { LlmspellError, scriptErrorCode } from "../../errors.ts";
import type { ReplAnswer } from "./protocol.ts";

/** What an input raised, as an error; frames as they came. */
export function errorOfAnswer({ error, thrown }: ReplAnswer): LlmspellError {
  if (LlmspellError.is(error)) return error;
  if (typeof error === "string") return new LlmspellError("script.error", error);
  if (error !== undefined) {
    const { message, code, hint } = error;
    const options = typeof hint === "string" ? { hint } : {};
    return new LlmspellError(scriptErrorCode(typeof code === "string" ? code : undefined), String(message), options);
  }
  return new LlmspellError("script.error", `the script raised ${thrown ?? "something that cannot be shown"}`);
}
