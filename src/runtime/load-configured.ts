import type { Config } from "../config/config.ts";
import { type ConfigSources, inspectConfig } from "../config/load-config.ts";
import { ConfigError, type Problem } from "../config/problem.ts";
import { type Configured, configure } from "./configured.ts";

interface Inspected {
  config: Config;
  settings: Configured;
  /** What is wrong: with any, the settings cannot be used. */
  problems: readonly Problem[];
}

/** Reads the configuration and what it means, with everything that is wrong. */
export async function inspectConfigured(sources: ConfigSources): Promise<Inspected> {
  const { config, problems } = await inspectConfig(sources);
  const { settings, problems: further } = configure(config, sources.env);
  return { config, settings, problems: [...problems, ...further] };
}

/** Reads the configuration and what it means. Throws a ConfigError with everything that is wrong. */
export async function loadConfigured(sources: ConfigSources): Promise<Omit<Inspected, "problems">> {
  const { config, settings, problems } = await inspectConfigured(sources);
  const [first, ...more] = problems;
  if (first) throw new ConfigError([first, ...more]);
  return { config, settings };
}
