/** How spells are checked: what their VM has, no DOM, no Node. */
export interface TypescriptSettings {
  compilerOptions: Record<string, unknown>;
  include: readonly string[];
  exclude?: readonly string[];
}

/**
 * The tsconfig of a folder of spells. Every file is a module, so that top-level `await` works and two spells may use
 * the same names. In plain JavaScript a parameter without a type, a list that begins empty and a caught error are no
 * mistakes: `relaxed`.
 */
export function typescriptSettings(include: readonly string[], relaxed: boolean): TypescriptSettings {
  return {
    compilerOptions: {
      target: "es2025",
      lib: ["es2025", "esnext.array", "esnext.collection", "esnext.disposable", "esnext.error", "esnext.typedarrays"],
      types: [],
      module: "esnext",
      moduleResolution: "bundler",
      moduleDetection: "force",
      allowImportingTsExtensions: true,
      resolveJsonModule: true,
      erasableSyntaxOnly: true,
      allowJs: true,
      checkJs: true,
      noEmit: true,
      strict: true,
      ...(relaxed ? { noImplicitAny: false, strictNullChecks: false, useUnknownInCatchVariables: false } : {}),
    },
    include,
  };
}
