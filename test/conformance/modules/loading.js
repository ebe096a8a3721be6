import { hello, wait } from "./lib/greet.js";
import * as greet from "./lib/greet.js";
import shared from "./lib/shared.js";
const again = await import("./lib/greet.js");
const caught = async (fn) => { try { await fn(); return undefined; } catch (error) { return error; } };
const missing = await caught(() => import("./lib/nothing.js"));
const outside = await caught(() => import("../../../package.json"));
return {
  greeting: hello("Ada"),
  once: greet.hello === again.hello && shared.loads() === 1,
  waits: await wait(),
  missing: missing.code,
  outside: outside.code,
};
