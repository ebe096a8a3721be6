/** What a source is: a script of its own, a module of one, or an input at a prompt. */
export type SourceKind = "script" | "module" | "input";
