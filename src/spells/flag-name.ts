import { toCamelCase } from "../engine/naming.ts";
import type { Parameter } from "./manifest.ts";

/** `max_results` and `maxResults` -> `max-results`: the parameter's flag without its dashes. */
export function flagName(name: string): string {
  return toCamelCase(name.replaceAll("-", "_"))
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
}

/** The declared parameter that a name means: itself, in another spelling (`max-results`), or none. */
export function findParameter(declared: readonly Parameter[], name: string): Parameter | undefined {
  return (
    declared.find((parameter) => parameter.name === name) ??
    declared.find((each) => flagName(each.name) === flagName(name))
  );
}
