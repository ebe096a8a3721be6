/**
 * Where Lua 5.4 keeps its values in the linear memory of the pinned binary (32-bit pointers). Reading them directly
 * saves a C API call for each element. Source: lobject.h, lstate.h, ltm.h of Lua 5.4; `verifyLayout` checks the
 * figures against the C API when an image is built.
 */

/** Type tags with variants (`tt_` without the collectable bit 0x40). */
export const TAG = {
  nil: 0x00,
  false: 0x01,
  true: 0x11,
  lightUserdata: 0x02,
  integer: 0x03,
  float: 0x13,
  shortString: 0x04,
  longString: 0x14,
  table: 0x05,
  luaFunction: 0x06,
  lightFunction: 0x16,
  cFunction: 0x26,
  userdata: 0x07,
  thread: 0x08,
} as const;

/** Masks of a tag byte. */
export const VARIANT_MASK = 0x3f;
export const TYPE_MASK = 0x0f;

export const VALUE_BYTES = 16;
export const VALUE_TAG = 8;

/** `lua_State` */
export const STATE_TOP = 12;
export const STATE_CALL = 20;

/** `CallInfo.func` is at 0. `CClosure`: first upvalue; the next one follows after `VALUE_BYTES`. */
export const CLOSURE_UPVALUES = 16;

/** `TString` */
export const STRING_SHORT_LENGTH = 7;
export const STRING_HASH = 8;
export const STRING_LONG_LENGTH = 12;
export const STRING_CONTENT = 16;
/** Strings up to this length are interned. */
export const SHORT_STRING_MAX = 40;

/** `Table` */
export const TABLE_FLAGS = 6;
export const TABLE_LOG_NODES = 7;
export const TABLE_ARRAY_LIMIT = 8;
export const TABLE_ARRAY = 12;
export const TABLE_NODES = 16;
export const TABLE_METATABLE = 24;
/** Set in the flags when the array limit is a hint and no real size. */
export const TABLE_LIMIT_IS_HINT = 0x80;

/** `Node` */
export const NODE_BYTES = 24;
export const NODE_KEY_TAG = 9;
export const NODE_KEY = 16;

/** `Udata` */
export const USERDATA_METATABLE = 12;
/** Payload of a userdata without user values. */
export const USERDATA_PAYLOAD = 16;
export const USERDATA_VALUES = 24;

/** `Proto` */
export const CLOSURE_PROTO = 12;
export const PROTO_LINE_COUNT = 24;
export const PROTO_CHILD_COUNT = 28;
export const PROTO_ABSOLUTE_LINE_COUNT = 36;
export const PROTO_CHILDREN = 56;
export const PROTO_LINES = 64;
export const PROTO_ABSOLUTE_LINES = 68;

/** `lua_Debug` */
export const DEBUG_BYTES = 128;
export const DEBUG_NAME = 4;
export const DEBUG_WHAT = 12;
export const DEBUG_SOURCE = 16;
export const DEBUG_SOURCE_LENGTH = 20;
export const DEBUG_LINE = 24;

export const REGISTRY = -1_001_000;
export const STATUS = { ok: 0, yield: 1, runtime: 2, syntax: 3, memory: 4, handler: 5 } as const;
