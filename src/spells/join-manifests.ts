import { isDeepStrictEqual } from "node:util";
import type { SpellManifest } from "./manifest.ts";
import type { LocatedManifest } from "./read-manifest.ts";
import { showValue } from "./show-value.ts";

type Field = keyof SpellManifest;

/** What a script's header and the manifest beside it say together. Throws `manifest.invalid` where they contradict each other. */
export function joinManifests(header: LocatedManifest, beside: LocatedManifest): LocatedManifest {
  for (const field of Object.keys(header.manifest) as Field[]) {
    const [said, other] = [header.manifest[field], beside.manifest[field]];
    if (isEmpty(said) || isEmpty(other) || isDeepStrictEqual(said, other)) continue;
    const how = typeof said === "string" ? `: ${showValue(said)} here, ${showValue(other)} there` : "";
    throw header.problemAt(
      [field],
      `the header and ${beside.file} say different things of ${field}${how}`,
      "Say it in one of the two places.",
    );
  }
  const given = Object.entries(header.manifest).filter(([, value]) => !isEmpty(value));
  return {
    manifest: { ...beside.manifest, ...(Object.fromEntries(given) as Partial<SpellManifest>) },
    file: beside.file,
    problemAt: (path, problem, hint) => {
      const field = path[0] as Field | undefined;
      const place = field !== undefined && !isEmpty(header.manifest[field]) ? header : beside;
      return place.problemAt(path, problem, hint);
    },
  };
}

/** Not said: a list without items and an object without keys are what an absent one becomes. */
function isEmpty(value: SpellManifest[Field]): boolean {
  return value === undefined || (typeof value === "object" && Object.keys(value).length === 0);
}
