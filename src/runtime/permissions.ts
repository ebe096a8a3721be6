import { LlmspellError } from "../errors.ts";
import { HELPER_BRIDGES } from "../policy/helper-bridges.ts";
import type { PolicyRules } from "../policy/policy.ts";
import type { Permissions } from "./runtime-options.ts";

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
      net: [...(permissions.net ?? []), ...(permissions.privateNet ?? [])],
    },
    hints: {
      module: "Allow it with permissions.modules, by the first part of its name.",
      net: "Allow the host with --allow-net HOST, or permissions.net.",
      "fs.read": "The run has no access to files.",
      "fs.write": "The run may only read files.",
      "state.scope":
        state === "none"
          ? "The run may keep no state."
          : "Allow state that spells share with --allow-shared-state, or permissions.state: shared.",
    },
  };
}
