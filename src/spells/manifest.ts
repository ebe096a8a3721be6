/**
 * What a spell says about itself: in `spell.yaml` (or `.yml`, `.toml`, `.json`) beside its script, or in the header of a
 * script. Keys may be written in snake_case too, `parameters` as a list or as a map by name.
 */
export interface SpellManifest {
  name?: string;
  version?: string;
  /** Name or alias of the engine. */
  engine?: string;
  /** Relative to the manifest's folder, and inside it. */
  entry?: string;
  description?: string;
  author?: string;
  license?: string;
  homepage?: string;
  keywords: readonly string[];
  parameters: readonly Parameter[];
  /** Absent: the spell says nothing of what it needs. */
  permissions?: DeclaredPermissions;
  limits: DeclaredLimits;
  /** Names of other spells and packages. */
  dependencies: readonly string[];
  models: DeclaredModels;
}

export const PARAMETER_TYPES = [
  "string",
  "number",
  "integer",
  "boolean",
  "array",
  "object",
  "enum",
  "file",
  "any",
] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

export const STRING_FORMATS = ["email", "uri", "date", "date-time", "time", "uuid", "hostname"] as const;

/** What a parameter, an item of a list or a property of an object has to be. */
export interface ParameterRule {
  type: ParameterType;
  description?: string;
  required?: boolean;
  default?: unknown;
  /** The only values that fit. */
  enum?: readonly (string | number | boolean)[];
  min?: number;
  max?: number;
  /** In characters (code points). */
  minLength?: number;
  maxLength?: number;
  /** RE2 syntax; matches anywhere in the text. */
  pattern?: string;
  format?: (typeof STRING_FORMATS)[number];
  items?: ParameterRule;
  minItems?: number;
  maxItems?: number;
  /** Where there are any, an object has no others. */
  properties?: readonly Parameter[];
}

export interface Parameter extends ParameterRule {
  name: string;
}

/** What a spell needs; the same names as the permissions of a run. */
export interface DeclaredPermissions {
  net?: readonly string[];
  privateNet?: readonly string[];
  env?: readonly string[];
  commands?: readonly string[];
  fs?: "none" | "read" | "write";
  state?: "none" | "spell" | "shared";
}

/** Limits by the names and in the units of a run. */
export interface DeclaredLimits {
  memoryBytes?: number;
  cpuMs?: number;
  timeoutMs?: number;
  hostCalls?: number;
  concurrentCalls?: number;
  outputBytes?: number;
  hostBytes?: number;
  valueBytes?: number;
  stateBytes?: number;
}

export interface DeclaredModels {
  model?: string;
  requireModel?: boolean;
}
