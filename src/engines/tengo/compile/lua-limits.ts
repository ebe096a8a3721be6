/** How much of Lua's own limits a compiled script takes. */

/** Lua allows 200 local variables in a function: from so many on, variables live in their block's table, ... */
export const MOST_LOCALS = 90;
/** ... intermediate results in their function's, ... */
export const MOST_TEMPORARIES = 120;
/** ... and with so many it is nested too deeply. */
export const MOST_NESTED = 170;
/** Lua's parser allows 200 levels; a level here is up to three of its own. */
export const MOST_LEVELS = 55;
/** Expressions deeper than this are cut by intermediate results. */
export const CUT_EVERY = 16;
/** Arguments of a call, and parameters of a function, that are passed one by one: Lua has 255 registers. */
export const MOST_ARGUMENTS = 50;
