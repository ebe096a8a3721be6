import type { Figure, Reading } from "../figure.ts";
import { alternate, median, spread } from "../sample.ts";
import { startSpells } from "../spells.ts";

const CALLS = 20_000;
const ROUNDS = 9;
const WARM_UP = 3;

const LUA = (method: string) => `
local call, options, sum = bench.${method}, { max_items = 3, deep = true }, 0
local started = bench.mark()
for i = 1, ${CALLS} do sum = sum + call("some words", options).item_count end
local ended = bench.mark()
if sum ~= 3 * ${CALLS} then error("wrong answers") end
return { ended.cpu - started.cpu, ended.wall - started.wall }`;

const JAVASCRIPT = (method: string) => `
const options = { maxItems: 3, deep: true };
let sum = 0;
const started = bench.mark();
for (let i = 0; i < ${CALLS}; i++) sum += (${method.endsWith("Later") ? "await " : ""}bench.${method}("some words", options)).itemCount;
const ended = bench.mark();
if (sum !== 3 * ${CALLS}) throw new Error("wrong answers");
return [ended.cpu - started.cpu, ended.wall - started.wall];`;

const METHODS = [
  { method: "readNow", kind: "synchronous, journaled", lua: 3, javascript: 6 },
  { method: "readLater", kind: "awaited, journaled", lua: 7, javascript: 10 },
  { method: "pureNow", kind: "synchronous, pure", lua: 1.5, javascript: 3 },
  { method: "pureLater", kind: "awaited, pure", lua: 3.5, javascript: 5 },
] as const;

/** CPU time of host calls of a spell in a worker: string and small object in, object out, through every stage of the dispatcher. */
export const callsFigure: Figure = {
  name: "calls",
  title: "CPU time of one host call through the whole dispatcher",
  async measure() {
    await using spells = await startSpells({ limits: { hostCalls: 1e9, hostBytes: 1e12 } });
    const walls: Record<string, number[]> = {};
    const side = (engine: "lua" | "javascript", method: string) => async () => {
      const code = engine === "lua" ? LUA(method) : JAVASCRIPT(method);
      const [cpu, wall] = (await spells.run(engine, code)) as [number, number];
      (walls[`${engine} ${method}`] ??= []).push((wall * 1000) / CALLS);
      return (cpu * 1000) / CALLS;
    };
    const cases = (["lua", "javascript"] as const).flatMap((engine) =>
      METHODS.map((method) => ({ engine, ...method })),
    );
    const sides = Object.fromEntries(cases.map(({ engine, method }) => [`${engine} ${method}`, side(engine, method)]));
    const samples = await alternate(sides, ROUNDS, WARM_UP);
    return cases.map(({ engine, method, kind, ...goals }): Reading => {
      const times = samples[`${engine} ${method}`] ?? [];
      const wall = median((walls[`${engine} ${method}`] ?? []).slice(WARM_UP));
      const language = engine === "lua" ? "Lua" : "JavaScript";
      return {
        name: `${language}, ${kind}`,
        value: median(times),
        unit: "us",
        goal: goals[engine],
        note: `quartiles ${spread(times)}; by the wall ${wall.toFixed(2)} us`,
      };
    });
  },
};
