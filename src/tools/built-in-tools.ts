/**
 * The built-in tools: name -> its module in `src/tools/`, without the extension. The module exports the tool
 * (`defineTool`), alone or with others; it is loaded at the tool's first call, synchronously: no top-level await, and
 * large libraries only in `execute` (`await import(...)`).
 */
export const BUILT_IN_TOOLS: Readonly<Record<string, string>> = {
  text_hash: "text/text-hash",
};
