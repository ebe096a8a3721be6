import type { Figure, Reading } from "../figure.ts";
import { alternate, median, spread } from "../sample.ts";
import { startSpells } from "../spells.ts";

const CALLS = 4000;
const ROUNDS = 15;

const LUA = (method: string) => `
local call, options, sum = bench.${method}, { max_items = 3, deep = true }, 0
local started = bench.mark()
for i = 1, ${CALLS} do sum = sum + call("some words", options).item_count end
local ms = bench.mark() - started
if sum ~= 3 * ${CALLS} then error("wrong answers") end
return ms`;

const JAVASCRIPT = (method: string) => `
const options = { maxItems: 3, deep: true };
let sum = 0;
const started = bench.mark();
for (let i = 0; i < ${CALLS}; i++) sum += (${method.endsWith("Later") ? "await " : ""}bench.${method}("some words", options)).itemCount;
const ms = bench.mark() - started;
if (sum !== 3 * ${CALLS}) throw new Error("wrong answers");
return ms;`;

const METHODS = [
  { method: "readNow", kind: "synchronous, journaled", lua: 3, javascript: 6 },
  { method: "readLater", kind: "awaited, journaled", lua: 7, javascript: 10 },
  { method: "pureNow", kind: "synchronous, pure", lua: 1.5, javascript: 3 },
  { method: "pureLater", kind: "awaited, pure", lua: 3.5, javascript: 5 },
] as const;

/** Host calls of a spell in a worker: string and small object in, object out, through every stage of the dispatcher. */
export const callsFigure: Figure = {
  name: "calls",
  title: "One host call through the whole dispatcher",
  async measure() {
    await using spells = await startSpells({ limits: { hostCalls: 1e9, hostBytes: 1e12 } });
    const side = (engine: "lua" | "javascript", method: string) => async () => {
      const code = engine === "lua" ? LUA(method) : JAVASCRIPT(method);
      return (Number(await spells.run(engine, code)) * 1000) / CALLS;
    };
    const cases = (["lua", "javascript"] as const).flatMap((engine) => METHODS.map((method) => ({ engine, ...method })));
    const sides = Object.fromEntries(cases.map(({ engine, method }) => [`${engine} ${method}`, side(engine, method)]));
    const samples = await alternate(sides, ROUNDS, 4);
    return cases.map(({ engine, method, kind, ...goals }): Reading => {
      const times = samples[`${engine} ${method}`] ?? [];
      const language = engine === "lua" ? "Lua" : "JavaScript";
      return { name: `${language}, ${kind}`, value: median(times), unit: "us", goal: goals[engine], note: `quartiles ${spread(times)}` };
    });
  },
};
