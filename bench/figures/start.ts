import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Figure, Reading } from "../figure.ts";
import { PRODUCT } from "../product.ts";
import { alternate, median, ratios, spread } from "../sample.ts";

const ROUNDS = 25;
const MAIN = fileURLToPath(new URL("cli/main.js", PRODUCT));
const program = (name: string) => fileURLToPath(new URL(`../programs/${name}`, import.meta.url));

/** Milliseconds of a whole process. Throws when it does not print what it should. */
function time(args: readonly string[], expected: RegExp, cwd?: string): number {
  const env = cwd === undefined ? process.env : { ...process.env, XDG_CONFIG_HOME: `${cwd}/home` };
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", cwd, env });
  const ms = performance.now() - started;
  if (status !== 0 || !expected.test(stdout))
    throw new Error(`node ${args.join(" ")} ended with ${status}: ${stdout}${stderr}`);
  return ms;
}

/** Whole processes, against a Node process that does nothing. */
export const startFigure: Figure = {
  name: "start",
  title: "Whole process over `node -e 0`",
  async measure() {
    const samples = await alternate(
      {
        bare: () => time(["-e", "0"], /^$/),
        lua: () => time([MAIN, "run", program("hello.lua")], /^hello\n$/),
        javascript: () => time([MAIN, "run", program("hello.js")], /^hello\n$/),
        help: () => time([MAIN, "--help"], /Usage: llmspell/),
        show: () => time([MAIN, "config", "show"], /^limits\.cpu: 20s$/m, program("configured")),
        configured: () => time([MAIN, "run", program("hello.lua")], /^hello\n$/, program("configured")),
        thread: () => time(["-e", 'new (require("node:worker_threads").Worker)("0", { eval: true })'], /^$/),
      },
      ROUNDS,
      2,
    );
    const bare = median(samples.bare);
    const reading = (name: string, side: number[], goal?: number): Reading => {
      const over = ratios(side, samples.bare);
      const best = Math.min(...side) / Math.min(...samples.bare);
      const note = `${median(side).toFixed(0)} ms over ${bare.toFixed(0)} ms; quartiles ${spread(over)}; best over best ${best.toFixed(2)}`;
      return { name, value: median(over), unit: "x", ...(goal === undefined ? {} : { goal }), note };
    };
    return [
      reading("`llmspell run hello.lua`", samples.lua, 3.0),
      reading("`llmspell run hello.js`", samples.javascript, 3.2),
      reading("`llmspell --help`", samples.help, 1.6),
      reading("`llmspell config show`, three files", samples.show),
      {
        name: "`llmspell config show`, three files, over `--help`",
        value: median(ratios(samples.show, samples.help)),
        unit: "x",
        goal: 1.3,
        note: `best over best ${(Math.min(...samples.show) / Math.min(...samples.help)).toFixed(2)}`,
      },
      {
        name: "`llmspell run hello.lua` with three files, over without",
        value: median(ratios(samples.configured, samples.lua)),
        unit: "x",
        note: `best over best ${(Math.min(...samples.configured) / Math.min(...samples.lua)).toFixed(2)}`,
      },
      reading("a bare worker thread", samples.thread),
    ];
  },
};
