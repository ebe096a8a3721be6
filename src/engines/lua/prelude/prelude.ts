import { ASYNC } from "./async.ts";
import { BASE } from "./base.ts";
import { COROUTINES } from "./coroutines.ts";
import { MODULES } from "./modules.ts";
import { OBJECTS } from "./objects.ts";
import { STRINGS } from "./strings.ts";
import { TABLES } from "./tables.ts";

/** Source name of prelude functions; their frames are hidden from scripts. */
export const PRELUDE_CHUNK = "=[llmspell]";

/** Lua chunks in the order in which an image runs them, each called with the shared table and the natives. */
export const PRELUDE: readonly string[] = [BASE, COROUTINES, STRINGS, TABLES, OBJECTS, ASYNC, MODULES];
