import type { ScriptApi } from "./script-api.ts";
import type { SpellParameters } from "./spell-parameters.ts";

/** Writes the declarations of one language. */
export interface TypingsGenerator {
  /** Name of the file that declares the script API. */
  apiFile: string;
  api(api: ScriptApi): string;
  /**
   * Declares the parameters of spells: each spell's under its name, and those of `own` as the type of the global `params`.
   */
  parameters(spells: readonly SpellParameters[], own: SpellParameters | undefined): string;
}
