import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { versionOf } from "../child.ts";
import { type Figure, type Reading, skipped } from "../figure.ts";
import { alternate } from "../sample.ts";
import { startSpells } from "../spells.ts";

const ROUNDS = 7;
/** How often a program runs for one time: long enough for clocks that tick in some milliseconds. */
const PROGRAMS = [
  { name: "fib", title: "fib(27)", times: 10 },
  { name: "loop", title: "loop of 10,000,000", times: 1 },
  { name: "nbody", title: "n-body", times: 2 },
  { name: "quicksort", title: "quicksort", times: 2 },
] as const;

interface Language {
  engine: "lua" | "javascript";
  title: string;
  extension: string;
  native: string;
  /** Debian's package of it. */
  debian: string;
  version: string;
  goal: number;
  /** Runs a program natively: prints milliseconds of CPU time and the result. */
  command(file: string, times: number): string[];
  /** What a spell appends to a program. */
  ending(times: number): string;
}

const LUA: Language = {
  engine: "lua",
  title: "Lua",
  extension: "lua",
  native: "lua5.4",
  debian: "lua5.4",
  version: "-v",
  goal: 1.6,
  command: (file, times) => [
    "-e",
    `dofile("${file}") local started, result = os.clock() for i = 1, ${times} do result = program() end print((os.clock() - started) * 1000, result)`,
  ],
  ending: (times) =>
    `local started, result = bench.mark().cpu\nfor i = 1, ${times} do result = program() end\nreturn { bench.mark().cpu - started, result }`,
};

const JAVASCRIPT: Language = {
  engine: "javascript",
  title: "JavaScript",
  extension: "js",
  native: "qjs",
  debian: "quickjs",
  version: "-h",
  goal: 2.5,
  // Linux tells the CPU time of a process, in hundredths of a second; elsewhere the wall must do.
  command: (file, times) => [
    "--std",
    "-e",
    `const now = () => {
       const file = std.open("/proc/self/stat", "r");
       if (!file) return performance.now();
       const fields = file.getline().split(" ");
       file.close();
       return (Number(fields[13]) + Number(fields[14])) * 10;
     };
     std.loadScript("${file}"); const started = now(); let result; for (let i = 0; i < ${times}; i++) result = program(); print(now() - started, result)`,
  ],
  ending: (times) =>
    `const started = bench.mark().cpu;\nlet result;\nfor (let i = 0; i < ${times}; i++) result = program();\nreturn [bench.mark().cpu - started, result];`,
};

/** CPU time, best of several runs each, alternating: the time that the work itself takes, whatever else the machine does. */
export const programsFigure: Figure = {
  name: "programs",
  title: "CPU time of small programs over the native interpreter and over the bare VM",
  async measure(log) {
    await using spells = await startSpells();
    const readings: Reading[] = [];
    for (const language of [LUA, JAVASCRIPT]) {
      const version = versionOf(language.native, language.version);
      if (version === undefined)
        log(
          `${language.native} is not installed (Debian package ${language.debian}): no native figures for ${language.title}`,
        );
      for (const { name, title: what, times } of PROGRAMS) {
        const file = fileURLToPath(new URL(`../programs/${name}.${language.extension}`, import.meta.url));
        const source = readFileSync(file, "utf8");
        const results = new Set<string>();
        const timed = (ms: number, result: unknown): number => {
          results.add(String(result));
          return ms;
        };
        const samples = await alternate(
          {
            ours: async () => {
              const [ms, result] = (await spells.run(
                language.engine,
                `${source}\n${language.ending(times)}`,
              )) as number[];
              return timed(ms as number, result);
            },
            bare: async () => {
              const [ms, result] = (await spells.run(
                "lua",
                `return bench.run_bare("${language.engine}", params.source, params.times)`,
                { params: { source, times } },
              )) as number[];
              return timed(ms as number, result);
            },
            native: () => {
              if (version === undefined) return Number.NaN;
              const [ms, result] = execFileSync(language.native, language.command(file, times), { encoding: "utf8" })
                .trim()
                .split(/\s+/);
              return timed(Number(ms), result);
            },
          },
          ROUNDS,
          2,
        );
        if (results.size !== 1) throw new Error(`${name}.${language.extension} answered ${[...results].join(", ")}`);
        const [ours, plain, native] = [
          Math.min(...samples.ours),
          Math.min(...samples.bare),
          Math.min(...samples.native),
        ];
        const title = `${language.title}, ${what}`;
        readings.push(
          version === undefined
            ? skipped(
                `${title}, over native`,
                "x",
                language.goal,
                `${language.native} is not installed (Debian package ${language.debian})`,
              )
            : {
                name: `${title}, over native`,
                value: ours / native,
                unit: "x",
                goal: language.goal,
                note: `${ours.toFixed(1)} ms over ${native.toFixed(1)} ms; ${version}`,
              },
          {
            name: `${title}, over the bare VM`,
            value: ours / plain,
            unit: "x",
            goal: 1.1,
            note: `${ours.toFixed(1)} ms over ${plain.toFixed(1)} ms; the goal leaves 10 %, see below`,
          },
        );
      }
    }
    return readings;
  },
};
