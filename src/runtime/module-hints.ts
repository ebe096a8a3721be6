/** What to use instead of a module that spells cannot have: by language, for names that people try. */

const NODE: Readonly<Record<string, string>> = {
  fs: "files are in the global fs",
  "fs/promises": "files are in the global fs",
  "fs-extra": "files are in the global fs",
  glob: "fs.glob finds files",
  http: "requests are in the global http",
  https: "requests are in the global http",
  "node-fetch": "requests are in the global http",
  undici: "requests are in the global http",
  axios: "requests are in the global http",
  got: "requests are in the global http",
  url: "addresses are in the global url",
  crypto: "digests and random values are in the global crypto",
  uuid: "crypto.uuid makes one",
  nanoid: "crypto.uuid makes an id",
  buffer: "bytes are Uint8Array; base64 and hex are globals",
  timers: "setTimeout is a global",
  "timers/promises": "await util.sleep(ms) waits",
  util: "helpers are in the globals util and data",
  process: "env, args and stdin are globals",
  dotenv: "env is a global",
  console: "console is a global",
  lodash: "data has map, groupBy, pick and the like",
  "lodash-es": "data has map, groupBy, pick and the like",
  underscore: "data has map, groupBy, pick and the like",
  ramda: "data has map, groupBy, pick and the like",
  yaml: "the global yaml reads and writes it",
  "js-yaml": "the global yaml reads and writes it",
  toml: "the global toml reads and writes it",
  "smol-toml": "the global toml reads and writes it",
  papaparse: "the global csv reads and writes it",
  "csv-parse": "the global csv reads and writes it",
  moment: "dates are in the global time",
  dayjs: "dates are in the global time",
  "date-fns": "dates are in the global time",
  luxon: "dates are in the global time",
  handlebars: "the global template renders",
  mustache: "the global template renders",
  liquidjs: "the global template renders",
  ai: "models are in the global llm",
  openai: "models are in the global llm",
  langchain: "models are in the global llm",
  "p-retry": "util.retry does that",
  child_process: "spells start no processes",
  worker_threads: "async.spawn starts tasks, spells.run other spells",
};

const LUA: Readonly<Record<string, string>> = {
  json: "the global json reads and writes it",
  cjson: "the global json reads and writes it",
  dkjson: "the global json reads and writes it",
  "cjson.safe": "the global json reads and writes it",
  rapidjson: "the global json reads and writes it",
  lyaml: "the global yaml reads and writes it",
  toml: "the global toml reads and writes it",
  csv: "the global csv reads and writes it",
  ftcsv: "the global csv reads and writes it",
  lfs: "files are in the global fs",
  io: "files are in the global fs",
  socket: "requests are in the global http",
  "socket.http": "requests are in the global http",
  "ssl.https": "requests are in the global http",
  "http.request": "requests are in the global http",
  requests: "requests are in the global http",
  "socket.url": "addresses are in the global url",
  mime: "the global base64 encodes",
  base64: "the global base64 encodes",
  lpeg: "the global regex finds and takes apart",
  re: "the global regex finds and takes apart",
  rex_pcre: "the global regex finds and takes apart",
  md5: "digests are in the global crypto",
  sha2: "digests are in the global crypto",
  openssl: "digests are in the global crypto",
  inspect: "util.inspect shows values",
  bit: "Lua 5.4 has operators for bits: &, |, ~, <<, >>",
  bit32: "Lua 5.4 has operators for bits: &, |, ~, <<, >>",
  ffi: "spells load no native code",
  posix: "files are in the global fs",
};

const TENGO: Readonly<Record<string, string>> = {
  fs: "files are in fs, which is there without an import",
  io: "files are in fs, which is there without an import",
  http: "requests are in http, which is there without an import",
  net: "requests are in http, which is there without an import",
  strings: 'it is called text: import("text")',
  strconv: 'it is in text: import("text")',
  regexp: 'text has it: import("text").re_match and the like; regex is there without an import',
  time: 'it is called times: import("times")',
  random: 'it is called rand: import("rand")',
  encoding: 'they are called json, base64 and hex: import("json")',
  exec: "spells start no processes",
};

const TABLES = { javascript: NODE, lua: LUA, tengo: TENGO };
const MISSING = {
  javascript: "Spells have no Node.js modules or npm packages",
  lua: "Spells have no LuaRocks",
  tengo: "Tengo's standard library is all that is there besides files",
};

/** One sentence for a name that no file answers to; undefined where there is nothing special to say. */
export function insteadOf(language: keyof typeof TABLES, name: string, globals: readonly string[]): string | undefined {
  if (language === "javascript" && /^@(?:ai-sdk|anthropic-ai|langchain|google|mistralai)\//.test(name))
    return "Spells have no npm packages: models are in the global llm.";
  const bare = name.replace(/^(?:node|npm|jsr|bun):/, "");
  const table = TABLES[language];
  const known = Object.hasOwn(table, bare) ? table[bare] : undefined;
  const kind = MISSING[language];
  if (known !== undefined) return `${kind}: ${known}.`;
  if (globals.includes(name) || name === "llmspell")
    return name === "llmspell"
      ? "The script API is there without an import: llm, fs, http and the others are globals."
      : `${name} is a global: it is there without an import.`;
  return bare === name ? undefined : `${kind}.`;
}
