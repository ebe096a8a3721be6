import { LlmspellError } from "../../errors.ts";

/** A provider, or its package here, cannot do what a call wants. */
export function unsupported(provider: string, what: string): LlmspellError {
  return new LlmspellError("provider.unsupported", `${provider} has no ${what} here`, { details: { provider } });
}
