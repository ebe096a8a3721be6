import { BUILTINS } from "./builtins.ts";
import { ENCODINGS } from "./encodings.ts";
import { ENUM } from "./enum.ts";
import { FORMAT } from "./format.ts";
import { HOST } from "./host.ts";
import { MATHS } from "./maths.ts";
import { MODULES } from "./modules.ts";
import { OPERATORS } from "./operators.ts";
import { TEXT } from "./text.ts";
import { TIMES } from "./times.ts";
import { VALUES } from "./values.ts";

/** Lua chunks in the order in which an image runs them, behind those of Lua's own prelude. */
export const TENGO_PRELUDE: readonly string[] = [
  VALUES,
  OPERATORS,
  BUILTINS,
  HOST,
  MODULES,
  FORMAT,
  ENCODINGS,
  TEXT,
  TIMES,
  MATHS,
  ENUM,
];
