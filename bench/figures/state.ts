import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Figure } from "../figure.ts";
import { alternate, median, spread } from "../sample.ts";
import { startSpells } from "../spells.ts";

const CALLS = 5_000;
const GROUP = 100;
const ROUNDS = 9;
const WARM_UP = 3;
/** 50,000 and 20,000 a second. */
const [GET_US, SET_US] = [20, 50];

const code = (work: string) => `
const kept = state.create({ persistence: "sqlite" });
for (let i = 0; i < ${GROUP}; i++) kept.set("key" + i, { n: i });
const started = bench.mark();
${work}
const took = bench.mark().wall - started.wall;
if (kept.get("key${GROUP - 1}.n") !== ${GROUP - 1}) throw new Error("wrong values");
return took;`;

const WORK = {
  get: `for (let i = 0; i < ${CALLS}; i++) kept.get("key" + i % ${GROUP});`,
  set: `for (let i = 0; i < ${CALLS}; i++) kept.set("key" + i % ${GROUP}, { n: i % ${GROUP} });`,
  group: `for (let i = 0; i < ${CALLS / GROUP}; i++)
  kept.atomic((tx) => { for (let n = 0; n < ${GROUP}; n++) tx.set("key" + n, { n }); });`,
};

/** The least that SQLite takes for a row with a commit of its own. */
function bare(folder: string): number {
  const database = new DatabaseSync(path.join(folder, "bare.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  database.exec("CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID, STRICT");
  const upsert = database.prepare(
    "INSERT INTO rows VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  const started = performance.now();
  for (let n = 0; n < CALLS; n++) upsert.run(`key${n % GROUP}`, `{"n":${n}}`);
  const took = performance.now() - started;
  database.close();
  return took;
}

/** Time by the wall, since a commit is work of the system: calls of a spell on a state that SQLite keeps. */
export const stateFigure: Figure = {
  name: "state",
  title: "time of a call on a state in SQLite",
  async measure() {
    const folder = mkdtempSync(path.join(tmpdir(), "llmspell-bench-"));
    try {
      await using spells = await startSpells({ stateFolder: folder, limits: { hostCalls: 1e9, hostBytes: 1e12 } });
      const side = (work: string) => async () =>
        (((await spells.run("javascript", code(work))) as number) * 1000) / CALLS;
      const samples = await alternate(
        {
          get: side(WORK.get),
          set: side(WORK.set),
          group: side(WORK.group),
          bare: () => (bare(folder) * 1000) / CALLS,
        },
        ROUNDS,
        WARM_UP,
      );
      const reading = (name: string, times: readonly number[], goal: number, more = "") => ({
        name,
        value: median(times),
        unit: "us",
        goal,
        note: `${Math.round(1e6 / median(times))} a second; quartiles ${spread(times)}${more}`,
      });
      return [
        reading("`get`", samples.get, GET_US),
        reading(
          "`set` with a commit of its own",
          samples.set,
          SET_US,
          `; bare SQLite ${median(samples.bare).toFixed(1)} us`,
        ),
        reading(`\`set\` in an \`atomic\` of ${GROUP}`, samples.group, SET_US),
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
