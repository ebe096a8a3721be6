import type { ValueType } from "./value-type.ts";

/** What a spell's manifest says of its parameters, as far as editors are concerned. */
export interface SpellParameters {
  /** The spell's name. */
  name: string;
  parameters: readonly SpellParameter[];
}

export interface SpellParameter {
  /** As written in the manifest; its spelling is never changed. */
  name: string;
  type: ValueType;
  /** Whether the script may find it absent: neither required nor with a default. */
  optional: boolean;
  text: string;
}
