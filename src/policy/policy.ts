import { LlmspellError } from "../errors.ts";

/** What a call wants to do: a capability such as `fs.write` and what it does it to (a path, a host, a name). */
export interface PermissionRequest {
  capability: string;
  target?: string;
  /** The bridge method that asks, for the message. */
  method: string;
}

/** Decides whether a run may do what it asks. Throws `permission.denied`. */
export interface Policy {
  check(request: PermissionRequest): void;
}

/** Rules of one run. A capability without a rule is denied. */
export interface PolicyRules {
  /** Capability -> true, or the targets allowed: exact, `*`, or `*.suffix` for host names. */
  allow: Readonly<Record<string, true | readonly string[]>>;
  /** Capability -> how a user can allow it, e.g. "Pass --allow-net HOST." */
  hints?: Readonly<Record<string, string>>;
}

/** A policy that allows what its rules list and nothing else. */
export function createPolicy(rules: PolicyRules): Policy {
  return {
    check({ capability, target, method }) {
      const rule = Object.hasOwn(rules.allow, capability) ? rules.allow[capability] : undefined;
      if (rule === true) return;
      if (rule && target !== undefined && rule.some((pattern) => matchesTarget(pattern, target))) return;
      const what = target === undefined ? capability : `${capability} on "${target}"`;
      const hint = rules.hints?.[capability];
      throw new LlmspellError("permission.denied", `${method} may not use ${what}`, {
        details: { capability, target, method },
        ...(hint === undefined ? {} : { hint }),
      });
    },
  };
}

const PORT = /:\d+$/;

/**
 * `*` fits everything, `*.example.com` its subdomains, anything else itself. A host without a port fits all of its
 * ports. Case does not matter.
 */
export function matchesTarget(pattern: string, target: string): boolean {
  const wanted = pattern.toLowerCase();
  if (wanted === "*") return true;
  const host = /^([^/]+):\d+$/.exec(target.toLowerCase())?.[1];
  const given = host === undefined || PORT.test(wanted) ? target.toLowerCase() : host;
  return wanted.startsWith("*.") ? given.endsWith(wanted.slice(1)) : given === wanted;
}
