import { homedir } from "node:os";
import path from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where LLMSpell keeps what, after the XDG Base Directory Specification. All absolute; none is made here. */
export interface Folders {
  /** Settings of the user: `$XDG_CONFIG_HOME/llmspell`. */
  config: string;
  /** The journal of runs, stored state, histories of the prompt: `$XDG_STATE_HOME/llmspell`. */
  state: string;
  /** What can be made again: `$XDG_CACHE_HOME/llmspell`. */
  cache: string;
}

/** The folders that an environment names. A relative path in a variable is invalid by the specification and ignored. */
export function foldersOf(env: Environment): Folders {
  const home = env.HOME || homedir();
  const base = (variable: string, fallback: string) => {
    const given = env[variable];
    return path.join(given && path.isAbsolute(given) ? given : path.join(home, fallback), "llmspell");
  };
  return {
    config: base("XDG_CONFIG_HOME", ".config"),
    state: base("XDG_STATE_HOME", ".local/state"),
    cache: base("XDG_CACHE_HOME", ".cache"),
  };
}
