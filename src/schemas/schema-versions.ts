import { isDeepStrictEqual } from "node:util";
import { LlmspellError } from "../errors.ts";
import { nearestName } from "../values/nearest-name.ts";
import { diffSchemas } from "./diff-schemas.ts";
import type { JsonSchema } from "./json-schema.ts";

export interface SchemaVersion {
  version: number;
  schema: JsonSchema;
  description?: string;
  /** Breaks what fitted the version before. */
  breaking: boolean;
}

const MAX_VERSIONS = 1000;

/** Schemas by name, each in versions from 1. */
export class SchemaVersions {
  readonly #schemas = new Map<string, SchemaVersion[]>();
  #kept = 0;

  /** Keeps a new version, unless the last one is the same; answers its number. Throws `schema.invalid` for a breaking one where that is not wanted. */
  register(
    name: string,
    schema: JsonSchema,
    { description, compatible }: { description?: string | undefined; compatible?: boolean | undefined } = {},
  ): number {
    const versions = this.#schemas.get(name) ?? [];
    const last = versions.at(-1);
    if (last && isDeepStrictEqual(last.schema, schema)) return last.version;
    const breaks = last ? diffSchemas(last.schema, schema).filter(({ breaking }) => breaking) : [];
    const [first] = breaks;
    if (compatible && first) {
      throw new LlmspellError(
        "schema.invalid",
        `"${name}" would break its version ${versions.length}: ${first.path}: ${first.message}`,
        {
          details: { name, changes: breaks },
        },
      );
    }
    if (this.#kept >= MAX_VERSIONS)
      throw new LlmspellError("schema.invalid", `a run keeps no more than ${MAX_VERSIONS} versions of schemas`);
    this.#kept += 1;
    const version = versions.length + 1;
    this.#schemas.set(name, [
      ...versions,
      { version, schema, breaking: breaks.length > 0, ...(description === undefined ? {} : { description }) },
    ]);
    return version;
  }

  /** The last version, or that of a number. Throws `schema.unknown`. */
  get(name: string, version?: number): SchemaVersion {
    const versions = this.versions(name);
    const found = version === undefined ? versions.at(-1) : versions[version - 1];
    if (found) return found;
    throw new LlmspellError("schema.unknown", `"${name}" has no version ${version}`, {
      details: { name, versions: versions.length },
    });
  }

  /** Oldest first. Throws `schema.unknown`. */
  versions(name: string): readonly SchemaVersion[] {
    const found = this.#schemas.get(name);
    if (found) return found;
    const near = nearestName(name, this.list());
    throw new LlmspellError("schema.unknown", `no schema is registered as "${name}"`, {
      details: { name },
      hint: near === undefined ? "schema.register(name, schema) makes it known." : `Did you mean "${near}"?`,
    });
  }

  list(): string[] {
    return [...this.#schemas.keys()].toSorted();
  }
}
