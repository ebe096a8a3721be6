import { LlmspellError } from "../errors.ts";

/** A stored state has reached its limit. */
export function tooLarge(bytes: number, limit: number): LlmspellError {
  return new LlmspellError("limit.state", `the stored state would have ${bytes} bytes, more than ${limit}`, {
    details: { bytes, limit, setting: "limits.stateBytes" },
    hint: "Raise it with --limit stateBytes=SIZE or limits.stateBytes, or keep less: versions count, too.",
  });
}
