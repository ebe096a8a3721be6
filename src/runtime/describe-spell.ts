import type { Parameter, SpellManifest } from "../spells/manifest.ts";
import type { Spell } from "./spell.ts";

/** What there is to know about a spell without running it. */
export interface SpellDescription extends Partial<Omit<SpellManifest, "name" | "engine" | "parameters">> {
  name: string;
  engine: string;
  /** The script. */
  file: string;
  /** The manifest, or the script itself where its header says all this; null for a script without either. */
  manifest: string | null;
  parameters: readonly Parameter[];
}

export function describeSpell({ name, engine, file, manifest, manifestFile }: Spell): SpellDescription {
  const { name: _n, engine: _e, parameters = [], version, description, ...rest } = manifest ?? {};
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    engine,
    file,
    manifest: manifestFile ?? null,
    parameters,
    ...rest,
  };
}
