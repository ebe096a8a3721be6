import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { CacheDatabase, DEFAULT_CACHE_LIMITS } from "../../cache/cache-database.ts";
import { CACHE_FILE } from "../../cache/cache-file.ts";
import { LlmspellError } from "../../errors.ts";
import { formatNumberOf, formatSize, formatTime } from "../figures.ts";
import { type ConfigFlags, loadSettings } from "../settings.ts";
import { formatTable } from "../table.ts";
import { jsonText } from "../result.ts";

/** The end of the year 9999. */
const END_OF_DATES = 253_402_300_799_999;

interface CacheFlags extends ConfigFlags {
  spell?: string;
  json?: boolean;
}

/** `llmspell cache info`. */
export async function cacheInfoCommand(flags: CacheFlags): Promise<void> {
  const file = await cacheFile(flags);
  using cache = open(file);
  const spells = cache?.spells() ?? [];
  const sum = (of: "entries" | "bytes") => spells.reduce((total, spell) => total + spell[of], 0);
  const info = {
    file: file ?? null,
    exists: cache !== undefined,
    fileBytes: file !== undefined && cache ? (await stat(file)).size : 0,
    spells: spells.length,
    entries: sum("entries"),
    bytes: sum("bytes"),
    limits: DEFAULT_CACHE_LIMITS,
  };
  if (flags.json) return print(info);
  const { entries, bytes, totalBytes } = info.limits;
  const rows = [
    ["file", file === undefined ? "none: cache.enabled is false" : `${file}${info.exists ? "" : " (not there yet)"}`],
    ["on disk", formatSize(info.fileBytes)],
    [
      "holds",
      `${formatNumberOf(info.entries, "value")} of ${formatNumberOf(info.spells, "spell")}, ${formatSize(info.bytes)}`,
    ],
    [
      "limits",
      `${formatNumberOf(entries, "value")} and ${formatSize(bytes)} a spell, ${formatSize(totalBytes)} in all`,
    ],
  ];
  for (const [label = "", value] of rows) process.stdout.write(`${label.padEnd(8)} ${value}\n`);
}

/** `llmspell cache list`. */
export async function cacheListCommand({ spell: wanted, json, ...flags }: CacheFlags): Promise<void> {
  using cache = open(await cacheFile(flags));
  const spells = cache?.spells() ?? [];
  if (wanted !== undefined) {
    const entries = cache?.entries(find(wanted, spells), Date.now()) ?? [];
    if (json) return print(entries);
    const rows = entries.map(({ key, bytes, expires, lastUsed }) => [
      JSON.stringify(key),
      formatSize(bytes),
      expires === null || expires > END_OF_DATES ? "never" : formatTime(expires),
      formatTime(lastUsed),
    ]);
    process.stdout.write(await formatTable(["key", "size", "expires", "last used"], rows));
    return;
  }
  if (json) return print(spells);
  if (spells.length === 0) return void process.stderr.write("The cache is empty.\n");
  const rows = spells.map(({ spell, entries, bytes, lastUsed }) => [
    spell,
    String(entries),
    formatSize(bytes),
    formatTime(lastUsed),
  ]);
  process.stdout.write(await formatTable(["spell", "values", "size", "last used"], rows));
}

/** `llmspell cache clear`. */
export async function cacheClearCommand({ spell: wanted, json, ...flags }: CacheFlags): Promise<void> {
  using cache = open(await cacheFile(flags));
  const removed = cache?.clear(wanted === undefined ? undefined : find(wanted, cache.spells())) ?? 0;
  if (json) print({ removed });
  else process.stdout.write(`${formatNumberOf(removed, "value")} removed\n`);
}

/** Undefined where the configuration wants none. */
async function cacheFile(flags: ConfigFlags): Promise<string | undefined> {
  const { cacheFolder } = (await loadSettings(flags)).runtime;
  return cacheFolder ? path.resolve(cacheFolder, CACHE_FILE) : undefined;
}

/** Undefined where there is none: looking at a cache makes none. */
function open(file: string | undefined): CacheDatabase | undefined {
  return file !== undefined && existsSync(file) ? new CacheDatabase(file) : undefined;
}

/** A spell as the cache names it, by its path or its file's name. */
function find(wanted: string, spells: readonly { spell: string }[]): string {
  const names = spells.map(({ spell }) => spell);
  const absolute = path.resolve(wanted);
  if (names.includes(wanted) || names.includes(absolute)) return names.includes(wanted) ? wanted : absolute;
  const found = names.filter((name) => [path.basename(name), path.basename(name, path.extname(name))].includes(wanted));
  if (found.length === 1) return found[0] as string;
  throw new LlmspellError(
    "usage.invalid",
    found.length === 0 ? `the cache holds nothing of "${wanted}"` : `several spells are named "${wanted}"`,
    { hint: found.length === 0 ? "llmspell cache list shows the spells." : `Say which: ${found.join(", ")}.` },
  );
}

function print(answer: unknown): void {
  process.stdout.write(jsonText(answer));
}
