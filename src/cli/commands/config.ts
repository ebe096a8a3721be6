import path from "node:path";
import type { Config } from "../../config/config.ts";
import { findProjectFiles, findUserFiles } from "../../config/find-files.ts";
import { type ConfigSources, inspectConfig } from "../../config/load-config.ts";
import { describeOrigin } from "../../config/origin.ts";
import type { Problem } from "../../config/problem.ts";
import { showValue } from "../../config/show-value.ts";
import { EXIT } from "../../errors.ts";
import { PROVIDERS } from "../../models/provider-config.ts";
import { inspectConfigured, loadConfigured } from "../../runtime/load-configured.ts";
import { colors } from "../colors.ts";
import { printable } from "../printable.ts";
import { renderProblems } from "../render-problems.ts";
import { type ConfigFlags, configSources } from "../settings.ts";
import { formatTable } from "../table.ts";
import { jsonText } from "../result.ts";

interface Row {
  name: string;
  /** Null where the default counts. */
  value: ReturnType<typeof showValue> | null;
  default: string | null;
  origin: string;
}

/** `llmspell config show`: every setting as it counts. */
export async function configShowCommand(options: ConfigFlags & { origin?: boolean; json?: boolean }): Promise<void> {
  const { config } = await loadConfigured(configSources(options));
  const rows = [...rowsOf(config), ...providerVariables(config)];
  if (options.json) {
    process.stdout.write(jsonText(rows));
    return;
  }
  if (options.origin) {
    const cells = rows.map((row) => [row.name, shown(row), row.origin].map(printable));
    process.stdout.write(await formatTable(["setting", "value", "from"], cells));
    return;
  }
  const { dim } = colors(process.stdout);
  const lines = rows.map((row) => {
    const text = printable(shown(row));
    return `${printable(row.name)}: ${row.value === null ? dim(text) : text}\n`;
  });
  process.stdout.write(lines.join(""));
}

function rowsOf(config: Config): Row[] {
  return config.settings().map(({ name, setting, value, origin }) => ({
    name,
    value: value === undefined ? null : showValue(setting, value),
    default: setting.default?.replaceAll("`", "") ?? null,
    origin: origin ? describeOrigin(origin) : "default",
  }));
}

/** Keys and addresses that providers' own variables give. */
function providerVariables(config: Config): Row[] {
  const { env } = process;
  return PROVIDERS.flatMap(({ name, keys, baseUrls }) =>
    (["api_key", "base_url"] as const).flatMap((setting) => {
      const full = `models.providers.${name}.${setting}` as const;
      const variable = (setting === "api_key" ? keys : baseUrls).find((candidate) => env[candidate]?.trim());
      if (variable === undefined || config.origin(full)) return [];
      const secret = setting === "api_key" ? ({ secret: true } as const) : ({ form: "url" } as const);
      const value = showValue({ type: "text", summary: "", ...secret }, env[variable] as string);
      return [{ name: full, value, default: null, origin: variable }];
    }),
  );
}

function shown({ value, default: byDefault }: Row): string {
  if (value === null) return byDefault ?? "";
  if (Array.isArray(value)) return value.length === 0 ? "[]" : value.join(", ");
  return String(value);
}

/** `llmspell config check [FILES]`: everything that is wrong, exit code 3; what is worth knowing besides. */
export async function configCheckCommand(
  files: readonly string[],
  options: ConfigFlags & { json?: boolean },
): Promise<void> {
  const sources = configSources(options);
  const own = findUserFiles(sources);
  const targets = files.length === 0 ? [sources] : files.map((file) => sourcesOf(sources, file, own));
  const problems: Problem[] = [];
  const notices: Problem[] = [];
  const read: string[] = [];
  for (const target of targets) {
    const { config, problems: wrong } = await inspectConfigured(target);
    addNew(problems, wrong);
    addNew(notices, [...config.warnings, ...config.notices]);
    read.push(...config.files.map(({ shown }) => shown).filter((file) => !read.includes(file)));
  }
  if (options.json) process.stdout.write(jsonText({ ok: problems.length === 0, files: read, problems, notices }));
  else writeFindings(read, problems, notices);
  process.exitCode = problems.length > 0 ? EXIT.config : EXIT.ok;
}

/** A file is checked as what it is: the user's own, or a project's. */
function sourcesOf(sources: ConfigSources, file: string, own: readonly string[]): ConfigSources {
  const full = path.resolve(file);
  return own.includes(full) ? { ...sources, file: false } : { ...sources, file: full };
}

function addNew(known: Problem[], found: readonly Problem[]): void {
  const key = ({ message, file, at }: Problem) => JSON.stringify([message, file, at]);
  const keys = new Set(known.map(key));
  known.push(...found.filter((problem) => !keys.has(key(problem))));
}

function writeFindings(files: readonly string[], problems: readonly Problem[], notices: readonly Problem[]): void {
  const { yellow } = colors(process.stderr);
  for (const { message, file, at } of notices)
    process.stderr.write(`${yellow("note")}: ${file === undefined ? "" : `${file}:${at?.line ?? 1}: `}${message}\n`);
  process.stderr.write(renderProblems(problems));
  const wrong = new Set(problems.map(({ file }) => file));
  for (const file of files) if (!wrong.has(file)) process.stdout.write(`${file}: ok\n`);
  if (files.length === 0 && problems.length === 0) process.stderr.write("There is no configuration file.\n");
}

/** `llmspell config path`: the files that count, and where they would be. */
export async function configPathCommand(options: ConfigFlags & { json?: boolean }): Promise<void> {
  const sources = configSources(options);
  const { config } = await inspectConfig(sources);
  const [user] = findUserFiles(sources);
  const [project] = sources.file ? [path.resolve(sources.folder, sources.file)] : findProjectFiles(sources);
  const places = {
    user: { file: user ?? path.join(sources.userFolder, "config.yaml"), exists: user !== undefined },
    project: { file: project ?? path.join(sources.folder, "llmspell.yaml"), exists: project !== undefined },
  };
  const others = config.files.map(({ file }) => file).filter((file) => file !== user && file !== project);
  if (options.json) {
    process.stdout.write(jsonText({ ...places, extended: others }));
    return;
  }
  const rows = Object.entries(places).map(([owner, { file, exists }]) => [owner, file, exists ? "" : "not there"]);
  const extended = others.map((file) => ["extended", file, ""]);
  process.stdout.write(
    [...rows, ...extended]
      .map(([owner = "", file = "", note = ""]) => `${owner.padEnd(9)}${file}${note && `  (${note})`}\n`)
      .join(""),
  );
}
