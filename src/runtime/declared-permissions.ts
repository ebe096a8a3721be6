import { LlmspellError } from "../errors.ts";
import { namesAddress } from "../policy/names-address.ts";
import { matchesTarget } from "../policy/policy.ts";
import type { DeclaredPermissions } from "../spells/manifest.ts";
import type { Permissions } from "./permissions.ts";
import type { RunOptions } from "./runtime-options.ts";
import type { Spell } from "./spell.ts";

const FS_LEVELS = ["none", "read", "write"] as const;
type Files = (typeof FS_LEVELS)[number];
const STATE_LEVELS = ["none", "spell", "shared"] as const;
type StateLevel = (typeof STATE_LEVELS)[number];

/**
 * What a run of a spell may do that declares what it needs: what is declared, if all of it is granted, and what the run
 * itself adds to the runtime's permissions. Undefined where nothing is declared: then what is granted holds. Throws
 * `permission.denied` with all that is missing; `trust` grants it.
 */
export function grantDeclared(
  spell: Spell,
  declared: DeclaredPermissions | undefined,
  configured: Permissions,
  run: Pick<RunOptions, "permissions" | "trust">,
): Permissions | undefined {
  if (!declared) return undefined;
  const granted = { ...configured, ...run.permissions };
  const needed = neededOf(declared);
  if (!run.trust) refuseMissing(spell, needed, granted);
  const added = addedBy(run.permissions ?? {}, configured);
  return {
    ...granted,
    net: union(needed.net, added.net),
    privateNet: union(needed.privateNet, added.privateNet),
    env: union(needed.env, added.env),
    commands: union(needed.commands, added.commands),
    fs: FS_LEVELS[Math.max(FS_LEVELS.indexOf(needed.fs), FS_LEVELS.indexOf(added.fs))] as Files,
    state: stateOf(declared.state, granted.state, added.state),
  };
}

/** A spell that says nothing of state has its own, where that is granted. */
function stateOf(declared: StateLevel | undefined, granted: StateLevel = "spell", added: StateLevel): StateLevel {
  const level = (state: StateLevel) => STATE_LEVELS.indexOf(state);
  const own = level(granted) < level("spell") ? granted : "spell";
  const needed = declared ?? own;
  return level(added) > level(needed) ? added : needed;
}

interface Needed {
  net: readonly string[];
  privateNet: readonly string[];
  env: readonly string[];
  commands: readonly string[];
  fs: Files;
  /** None where nothing is said. */
  state: StateLevel;
}

/** Addresses and localhost are meant even though they are private. */
function neededOf(declared: DeclaredPermissions): Needed {
  const { net = [], privateNet = [], env = [], commands = [], fs = "none", state = "none" } = declared;
  return { net, privateNet: union(privateNet, net.filter(namesAddress)), env, commands, fs, state };
}

/** What the run's own options grant beyond the runtime's. */
function addedBy(run: Permissions, configured: Permissions): Needed {
  const beyond = (own: readonly string[] = [], before: readonly string[] = []) =>
    own.filter((item) => !before.includes(item));
  return {
    net: beyond(run.net, configured.net),
    privateNet: beyond(run.privateNet, configured.privateNet),
    env: beyond(run.env, configured.env),
    commands: beyond(run.commands, configured.commands),
    fs: run.fs === undefined || run.fs === configured.fs ? "none" : run.fs,
    state: run.state === undefined || run.state === configured.state ? "none" : run.state,
  };
}

function refuseMissing(spell: Spell, needed: Needed, granted: Permissions): void {
  const reachable = union(granted.net ?? [], granted.privateNet ?? []);
  const covered = (patterns: readonly string[]) => (target: string) =>
    patterns.some((pattern) => matchesTarget(pattern, target));
  const missingNet = needed.net.filter((host) => !covered(reachable)(host));
  const missingPrivate = needed.privateNet.filter(
    (host) => !missingNet.includes(host) && !covered(granted.privateNet ?? [])(host),
  );
  const missingEnv = needed.env.filter((name) => !(granted.env ?? []).includes(name));
  const missingCommands = needed.commands.filter((name) => !covered(granted.commands ?? [])(name));
  const files = granted.fs ?? "write";
  const missingFiles = FS_LEVELS.indexOf(needed.fs) > FS_LEVELS.indexOf(files);
  const missingState = STATE_LEVELS.indexOf(needed.state) > STATE_LEVELS.indexOf(granted.state ?? "spell");
  const hosts = [...missingNet, ...missingPrivate];
  const missing = [
    ...(hosts.length > 0 ? [`the network (${hosts.join(", ")})`] : []),
    ...(missingEnv.length > 0 ? [`environment variables (${missingEnv.join(", ")})`] : []),
    ...(missingCommands.length > 0 ? [`programs (${missingCommands.join(", ")})`] : []),
    ...(missingFiles ? [`files (${needed.fs}, and ${files} is granted)`] : []),
    ...(missingState ? [needed.state === "shared" ? "state that spells share" : "stored state"] : []),
  ];
  if (missing.length === 0) return;
  const flags = [
    ...(hosts.length > 0 ? [`--allow-net ${hosts.join(",")}`] : []),
    ...(missingEnv.length > 0 ? [`--allow-env ${missingEnv.join(",")}`] : []),
    ...(missingCommands.length > 0 ? [`--allow-command ${missingCommands.join(",")}`] : []),
    ...(missingState && needed.state === "shared" ? ["--allow-shared-state"] : []),
  ];
  const allFlags = missingFiles || flags.length === 0 ? "" : `Grant it with ${flags.join(" ")}, or grant`;
  throw new LlmspellError("permission.denied", `${spell.name} needs what it is not granted: ${missing.join("; ")}`, {
    details: {
      net: hosts,
      env: missingEnv,
      ...(missingCommands.length > 0 ? { commands: missingCommands } : {}),
      ...(missingFiles ? { fs: needed.fs } : {}),
      ...(missingState ? { state: needed.state } : {}),
    },
    hint: `${allFlags || "Grant"} all that its manifest declares with --trust.`,
    frames: [{ file: spell.manifestFile ?? spell.file }],
  });
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}
