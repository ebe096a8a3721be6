import { LlmspellError } from "../errors.ts";
import { HELPER_BRIDGES } from "../policy/helper-bridges.ts";
import type { PolicyRules } from "../policy/policy.ts";

/** What a spell may touch. Everything is denied that is not named. */
export interface Permissions {
  /** Host names that `http` may reach: exact, `*.example.com`, `host:port`, or `*` for all. Default none. */
  net?: readonly string[];
  /** Of these, names and addresses that may be private or loopback. Default none. */
  privateNet?: readonly string[];
  /** Environment variables that `env` shows. Default none. */
  env?: readonly string[];
  /** Programs that the tool `command_run` may start, by name; `*` for all. They may do whatever the user may. Default none. */
  commands?: readonly string[];
  /** Reading and writing in the workspace. Default both. */
  fs?: "none" | "read" | "write";
  /**
   * Modules and packages that may be loaded from module paths and spell folders, by the first part of their name
   * (`greet` for `greet.words`). Default all; `false` is none. The spell's own folder is always allowed.
   */
  modules?: readonly string[] | false;
  /** Helpers (`fs`, `http`, `json`, ...) that scripts may call; see `HELPER_BRIDGES`. Default all. */
  helpers?: readonly string[];
  /**
   * State in the state folder: none, the spell's own (scopes spell and session), or also what spells share (scopes
   * user and global). Default the spell's own.
   */
  state?: "none" | "spell" | "shared";
}

/** The helpers that are not among the allowed ones. Throws `config.invalid` for one that there is not. */
export function refusedHelpers(allowed: readonly string[]): string[] {
  const known: readonly string[] = HELPER_BRIDGES;
  const unknown = allowed.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new LlmspellError("config.invalid", `permissions.helpers names "${unknown}", which is no helper`, {
      hint: `Helpers: ${known.join(", ")}.`,
    });
  return known.filter((name) => !allowed.includes(name));
}

/** The policy that permissions stand for. Models are always allowed: keys and budgets bound them. */
export function policyRules(permissions: Permissions): PolicyRules {
  const { fs = "write", state = "spell" } = permissions;
  return {
    allow: {
      model: true,
      ...(fs === "none" ? {} : { "fs.read": true }),
      ...(fs === "write" ? { "fs.write": true } : {}),
      module: permissions.modules === undefined ? true : permissions.modules || [],
      ...(state === "none" ? {} : { "state.scope": state === "shared" ? true : ["spell", "session"] }),
      command: permissions.commands ?? [],
      net: [...(permissions.net ?? []), ...(permissions.privateNet ?? [])],
    },
    hints: {
      module: "Allow it with permissions.modules, by the first part of its name.",
      net: "Allow the host with --allow-net HOST, or permissions.net.",
      command: "Allow the program with --allow-command NAME, or permissions.commands. It may then do whatever you may.",
      "fs.read": "The run has no access to files.",
      "fs.write": "The run may only read files.",
      "state.scope":
        state === "none"
          ? "The run may keep no state."
          : "Allow state that spells share with --allow-shared-state, or permissions.state: shared.",
    },
  };
}
