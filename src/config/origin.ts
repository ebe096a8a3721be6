import type { ConfigFile } from "./config-file.ts";
import type { ConfigValue, LeafSetting } from "./setting.ts";

/** Where a value was set. */
export type Origin =
  | {
      kind: "file";
      /** Whose file it is: a project's was written by whoever wrote the project. */
      owner: "user" | "project";
      file: ConfigFile;
      /** Keys as the file writes them. */
      keys: readonly string[];
      profile?: string;
      /** Variables that the value was made with. */
      variables: readonly string[];
      /** A project's file in a folder that the user trusts, or the user's own. */
      trusted: boolean;
    }
  | { kind: "variable"; name: string };

export interface Assignment {
  /** Keys in the documentation's spelling. */
  path: readonly string[];
  setting: LeafSetting;
  value: ConfigValue;
  origin: Origin;
}

/** `llmspell.yaml:3`, `llmspell.yaml:9 (profile fast)`, `LLMSPELL_MODELS__DEFAULT`. */
export function describeOrigin(origin: Origin): string {
  if (origin.kind === "variable") return origin.name;
  const { line } = origin.file.document.placeOf(origin.keys);
  const place = `${origin.file.shown}:${line}`;
  return origin.profile === undefined ? place : `${place} (profile ${origin.profile})`;
}
