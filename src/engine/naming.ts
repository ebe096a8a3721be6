/** `maxTokens` -> `max_tokens`, `toJSON` -> `to_json`, `base64` -> `base64`. */
export function toSnakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/** `max_tokens` -> `maxTokens`; a name without inner underscores stays as it is. */
export function toCamelCase(name: string): string {
  return name.replace(/(?<=[a-zA-Z0-9])_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
