/** Bridges that are helpers: a runtime may offer some of them only. All others (`llm`, `state`, `log`, ...) are always there. */
export const HELPER_BRIDGES = [
  "fs",
  "http",
  "json",
  "yaml",
  "toml",
  "csv",
  "base64",
  "hex",
  "url",
  "text",
  "regex",
  "template",
  "crypto",
  "time",
  "data",
] as const;
