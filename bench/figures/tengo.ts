import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { translate } from "../../src/engines/tengo/compile/translate.ts";
import { threadCpuMs } from "../cpu.ts";
import type { Figure, Reading } from "../figure.ts";
import { alternate } from "../sample.ts";
import { type Spells, startSpells } from "../spells.ts";

const ROUNDS = 7;
const PROGRAMS = [
  { name: "fib", title: "fib(27)", times: 10 },
  { name: "loop", title: "loop of 10,000,000", times: 1 },
  { name: "nbody", title: "n-body", times: 1 },
  { name: "quicksort", title: "quicksort", times: 2 },
  { name: "text", title: "text of 20,000 pieces", times: 10 },
  { name: "lists", title: "list of 1,000,000", times: 1 },
  { name: "maps", title: "map of 100,000", times: 2 },
] as const;

const ENDINGS = {
  lua: (times: number) =>
    `local started, result = bench.mark().cpu\nfor i = 1, ${times} do result = program() end\nreturn { bench.mark().cpu - started, result }`,
  tengo: (times: number) =>
    `started := bench.mark().cpu\nresult := undefined\nfor i := 0; i < ${times}; i++ { result = program() }\nexport [bench.mark().cpu - started, result]`,
};

/** CPU time, best of several runs each, alternating. */
export const tengoFigure: Figure = {
  name: "tengo",
  title: "CPU time of small programs in Tengo over the same in Lua, and of compiling",
  async measure() {
    await using spells = await startSpells();
    const readings: Reading[] = [];
    for (const { name, title, times } of PROGRAMS) {
      const results = new Set<unknown>();
      const timed = async (language: keyof typeof ENDINGS): Promise<number> => {
        const [ms, result] = await runProgram(spells, language, name, times);
        results.add(result);
        return ms;
      };
      const samples = await alternate({ ours: () => timed("tengo"), lua: () => timed("lua") }, ROUNDS, 2);
      if (results.size !== 1) throw new Error(`${name} answered ${[...results].join(", ")}`);
      const [ours, lua] = [Math.min(...samples.ours), Math.min(...samples.lua)];
      const note = `${ours.toFixed(1)} ms over ${lua.toFixed(1)} ms`;
      readings.push({ name: `Tengo, ${title}, over Lua`, value: ours / lua, unit: "x", goal: 1.5, note });
    }
    readings.push({ name: "Tengo, compiling 1,000 lines, warm", value: compileMs(), unit: "ms", goal: 50 });
    return readings;
  },
};

async function runProgram(spells: Spells, language: keyof typeof ENDINGS, name: string, times: number) {
  const file = fileURLToPath(new URL(`../programs/${name}.${language}`, import.meta.url));
  return (await spells.run(language, `${readFileSync(file, "utf8")}\n${ENDINGS[language](times)}`)) as [number, number];
}

/** Of the translation to Lua, which is what a longer script takes. */
function compileMs(): number {
  const lines = Array.from({ length: 500 }, (_, i) => [
    `x${i} := [1, 2, {a: ${i}, b: "c" + ${i}}]`,
    `if x${i}[0] > 1 && x${i}[1] { x${i} = append(x${i}, func(a, b) { return a + b * ${i} }(1, 2)) }`,
  ]);
  const code = lines.flat().join("\n");
  const names = { builtins: new Set(["append"]), host: new Set<string>() };
  const times = Array.from({ length: 15 }, () => {
    const started = threadCpuMs();
    translate({ file: "lines.tengo", code }, names);
    return threadCpuMs() - started;
  });
  return Math.min(...times.slice(5));
}
