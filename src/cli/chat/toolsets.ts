import { LlmspellError } from "../../errors.ts";
import { parseList } from "../options.ts";

/** What `--tools` takes: groups of tools of the turn's script. */
const TOOLSETS = ["files", "web"] as const;
export type Toolset = (typeof TOOLSETS)[number];

/** Throws `usage.invalid` for a group that is not there. */
export function parseToolsets(text: string | undefined): Toolset[] {
  return parseList(text).map((name) => {
    const known = TOOLSETS.find((each) => each === name);
    if (known) return known;
    throw new LlmspellError(
      "usage.invalid",
      `--tools wants ${TOOLSETS.join(" or ")}, or both with a comma, got "${name}"`,
    );
  });
}
