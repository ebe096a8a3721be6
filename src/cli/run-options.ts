import { LlmspellError } from "../errors.ts";
import { namesAddress } from "../policy/names-address.ts";
import type { Permissions } from "../runtime/permissions.ts";
import type { RunOptions } from "../runtime/runtime-options.ts";
import { parseAmount, parseDuration, parseLimits, parseList, parseSize } from "./options.ts";

/** The flags of `run` and `exec` that say what a run may do and gets. */
export interface RunFlags {
  trust?: boolean;
  yes?: boolean;
  model?: string;
  requireModel?: boolean;
  timeout?: string;
  cpu?: string;
  memory?: string;
  limit?: string[];
  maxCost?: string;
  maxTokens?: string;
  workspace?: string;
  allowNet?: string;
  allowEnv?: string;
  allowCommand?: string;
  allowSharedState?: boolean;
  seed?: string;
  record?: string;
  replay?: string;
  /** False with `--no-journal`. */
  journal?: boolean;
}

/** Flags as options of a run; what they permit comes on top of what is `granted`. Throws `usage.invalid`. */
export function runOptionsOf(flags: RunFlags, granted: Permissions = {}): RunOptions {
  const net = parseList(flags.allowNet);
  return {
    limits: {
      ...parseLimits(flags.limit ?? []),
      ...(flags.timeout === undefined ? {} : { timeoutMs: parseDuration(flags.timeout, "--timeout") }),
      ...(flags.cpu === undefined ? {} : { cpuMs: parseDuration(flags.cpu, "--cpu") }),
      ...(flags.memory === undefined ? {} : { memoryBytes: parseSize(flags.memory, "--memory") }),
    },
    budget: {
      ...(flags.maxCost === undefined
        ? {}
        : { cost: parseAmount(flags.maxCost, "--max-cost", "an amount in US dollars such as 0.50") }),
      ...(flags.maxTokens === undefined
        ? {}
        : { tokens: parseAmount(flags.maxTokens, "--max-tokens", "a number of tokens") }),
    },
    permissions: {
      net: [...(granted.net ?? []), ...net],
      privateNet: [...(granted.privateNet ?? []), ...net.filter(namesAddress)],
      env: [...(granted.env ?? []), ...parseList(flags.allowEnv)],
      commands: [...(granted.commands ?? []), ...parseList(flags.allowCommand)],
      ...(flags.allowSharedState ? { state: "shared" } : {}),
    },
    ...(flags.trust ? { trust: true } : {}),
    models: {
      ...(flags.model === undefined ? {} : { model: flags.model }),
      ...(flags.requireModel ? { requireModel: true } : {}),
    },
    ...(flags.workspace === undefined ? {} : { workspace: flags.workspace }),
    ...(flags.journal === false ? { journal: false } : {}),
    ...(flags.record === undefined ? {} : { record: flags.record }),
    ...(flags.replay === undefined ? {} : { replay: flags.replay }),
    ...(flags.seed === undefined ? {} : { seed: parseSeed(flags.seed) }),
  };
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new LlmspellError("usage.invalid", `--seed wants a whole number below 2^32, got "${text}"`);
}
