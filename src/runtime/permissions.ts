import type { PolicyRules } from "../policy/policy.ts";
import type { Permissions } from "./runtime-options.ts";

/** The policy that permissions stand for. Models are always allowed: keys and budgets bound them. */
export function policyRules(permissions: Permissions): PolicyRules {
  const fs = permissions.fs ?? "write";
  return {
    allow: {
      model: true,
      ...(fs === "none" ? {} : { "fs.read": true }),
      ...(fs === "write" ? { "fs.write": true } : {}),
      module: permissions.modules === undefined ? true : permissions.modules || [],
      net: [...(permissions.net ?? []), ...(permissions.privateNet ?? [])],
    },
    hints: {
      module: "Allow it with permissions.modules, by the first part of its name.",
      net: "Allow the host with --allow-net HOST, or permissions.net.",
      "fs.read": "The run has no access to files.",
      "fs.write": "The run may only read files.",
    },
  };
}
