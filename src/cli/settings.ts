import { homedir } from "node:os";
import path from "node:path";
import { type SearchStart } from "../config/find-files.ts";
import { isConfigured } from "../config/is-configured.ts";
import type { ConfigSources } from "../config/load-config.ts";
import type { Configured } from "../runtime/configured.ts";
import { foldersOf } from "../store/folders.ts";
import { colors } from "./colors.ts";
import { printable } from "./printable.ts";

/** The flags of every command that has settings. */
export interface ConfigFlags {
  config?: string;
  profile?: string;
}

/** Where nothing is configured. */
export const NO_SETTINGS: Configured = { runtime: {}, logging: {} };

/**
 * The settings of a command: configuration files, profile and variables. Costs next to nothing where there are none.
 * Throws a ConfigError with everything that is wrong.
 */
export async function loadSettings(flags: ConfigFlags = {}): Promise<Configured> {
  const { env } = process;
  const sources = configSources(flags);
  const folders = { cacheFolder: foldersOf(env).cache };
  if (!isAnythingSet(flags)) return { ...NO_SETTINGS, runtime: folders };
  const { loadConfigured } = await import("../runtime/load-configured.ts");
  const { config, settings } = await loadConfigured(sources);
  for (const { message } of config.warnings) warn(message);
  return settings;
}

/** Tells the user, on stderr. */
export function warn(message: string): void {
  process.stderr.write(`${colors(process.stderr).yellow("warn")}: ${printable(message)}\n`);
}

/** Whether there is any configuration: a file, a flag or a variable. */
export function isAnythingSet(flags: ConfigFlags): boolean {
  return flags.config !== undefined || flags.profile !== undefined || isConfigured(configSources(flags), process.env);
}

/** Where the configuration of this process is. */
export function configSources({ config, profile }: ConfigFlags): ConfigSources {
  const { env } = process;
  const file = config ?? (env.LLMSPELL_CONFIG?.trim() || undefined);
  const start: SearchStart = {
    folder: process.cwd(),
    home: path.resolve(env.HOME || homedir()),
    userFolder: foldersOf(env).config,
  };
  return {
    ...start,
    env,
    ...(file === undefined ? {} : { file }),
    ...(profile === undefined ? {} : { profile }),
  };
}
