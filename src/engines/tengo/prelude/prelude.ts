import { BUILTINS } from "./builtins.ts";
import { HOST } from "./host.ts";
import { MODULES } from "./modules.ts";
import { OPERATORS } from "./operators.ts";
import { VALUES } from "./values.ts";

/** Lua chunks in the order in which an image runs them, behind those of Lua's own prelude. */
export const TENGO_PRELUDE: readonly string[] = [VALUES, OPERATORS, BUILTINS, HOST, MODULES];
