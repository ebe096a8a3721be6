import { type ConfigFile, problemAt } from "./config-file.ts";
import { type Assignment, type Origin, describeOrigin } from "./origin.ts";
import type { Problem } from "./problem.ts";
import { type ConfigValue, type LeafSetting, type Setting, type ValueAt, isLeaf } from "./setting.ts";
import { SETTINGS, type Settings } from "./settings.ts";

interface ConfigParts {
  /** In the order of growing weight. */
  assignments: readonly Assignment[];
  /** Files that were read. */
  files: readonly ConfigFile[];
  /** Profiles that there are. */
  profiles: readonly string[];
  notices: readonly Problem[];
  warnings: readonly Problem[];
  profile?: string;
}

/** A setting as it counts. */
export interface EffectiveSetting {
  /** Dotted. */
  name: string;
  setting: LeafSetting;
  /** Undefined where the default counts. */
  value: ConfigValue | undefined;
  origin: Origin | undefined;
}

/** The configuration as it counts: what was set where, after all sources. */
export class Config {
  readonly files: readonly ConfigFile[];
  readonly profiles: readonly string[];
  readonly profile: string | undefined;
  /** Worth knowing, and no fault. */
  readonly notices: readonly Problem[];
  /** Probably not what was meant, as a variable with a mistyped name. */
  readonly warnings: readonly Problem[];
  readonly #values = new Map<string, Assignment>();
  readonly #assignments: readonly Assignment[];
  readonly #ranks = new Map<Assignment, number>();

  constructor({ assignments, files, profiles, notices, warnings, profile }: ConfigParts) {
    this.#assignments = assignments;
    this.files = files;
    this.profiles = profiles;
    this.profile = profile;
    this.warnings = warnings;
    const told = [...notices];
    for (const [rank, assignment] of assignments.entries()) {
      this.#ranks.set(assignment, rank);
      this.#values.set(assignment.path.join("."), assignment);
      if (assignment.setting.unused !== undefined)
        told.push(
          problemOf(
            assignment,
            `${assignment.path.join(".")} has no effect in this version: ${assignment.setting.unused}`,
          ),
        );
    }
    told.push(...this.#holdCeilings());
    this.notices = told;
  }

  /** What was set, in the setting's unit (milliseconds, bytes); undefined where nothing was. */
  get<const P extends string>(name: P): ValueAt<Settings, P> | undefined {
    return this.#values.get(name)?.value as ValueAt<Settings, P> | undefined;
  }

  origin(name: string): Origin | undefined {
    return this.#values.get(name)?.origin;
  }

  /** What the user says of a setting, whatever a project's file makes of it. */
  byUser<const P extends string>(name: P): ValueAt<Settings, P> | undefined {
    const own = this.#assignments.findLast(({ path, origin }) => path.join(".") === name && isUsers(origin));
    return own?.value as ValueAt<Settings, P> | undefined;
  }

  /** Something wrong with what a setting was set to. */
  problem(name: string, message: string, hint?: string): Problem {
    const assignment = this.#values.get(name);
    return assignment ? problemOf(assignment, message, hint) : { message, ...(hint === undefined ? {} : { hint }) };
  }

  /** Which of two settings weighs more: the name of the one that was set in the stronger source; undefined where neither was. */
  stronger<const P extends string>(first: P, second: P): P | undefined {
    const [a, b] = [this.#values.get(first), this.#values.get(second)];
    if (!a || !b) return a ? first : b ? second : undefined;
    return sourceOf(a.origin) === sourceOf(b.origin) || (this.#ranks.get(a) ?? 0) > (this.#ranks.get(b) ?? 0)
      ? first
      : second;
  }

  /** Keys that were set in a map, e.g. the providers. */
  keysOf(name: string): string[] {
    const prefix = name.split(".");
    const keys = [...this.#values.values()]
      .filter(({ path }) => path.length > prefix.length && prefix.every((step, index) => path[index] === step))
      .map(({ path }) => path[prefix.length] as string);
    return [...new Set(keys)];
  }

  /** Every setting, in the order of the documentation. */
  settings(): EffectiveSetting[] {
    return this.#settingsOf(SETTINGS, []);
  }

  #settingsOf(setting: Setting, path: readonly string[]): EffectiveSetting[] {
    const name = path.join(".");
    if (isLeaf(setting)) return [{ name, setting, value: this.#values.get(name)?.value, origin: this.origin(name) }];
    if (setting.type === "group")
      return Object.entries(setting.members).flatMap(([key, member]) => this.#settingsOf(member, [...path, key]));
    return this.keysOf(name).flatMap((key) =>
      this.#settingsOf(setting.of, [...path, key]).filter(({ value }) => value !== undefined),
    );
  }

  /** A project's file may lower what the user's own says, not exceed it. */
  *#holdCeilings(): Iterable<Problem> {
    for (const [name, effective] of this.#values) {
      if (effective.setting.guard !== "lower" || !isProjects(effective)) continue;
      const held = this.#assignments.findLast((other) => other.path.join(".") === name && !isProjects(other));
      if (!held || effective.value <= held.value) continue;
      this.#values.set(name, held);
      yield problemOf(effective, `${name} has no effect: ${describeOrigin(held.origin)} sets a lower one`);
    }
  }
}

/** Said by the user, or by a project's file that the user trusts. */
export function isUsers(origin: Origin): boolean {
  return origin.kind === "variable" || origin.owner === "user" || origin.trusted;
}

function isProjects({ origin }: Assignment): boolean {
  return origin.kind === "file" && origin.owner === "project";
}

function sourceOf(origin: Origin): string {
  return origin.kind === "variable" ? "variables" : `${origin.owner} ${origin.profile ?? ""}`;
}

function problemOf({ origin, setting }: Assignment, message: string, hint?: string): Problem {
  if (origin.kind === "variable")
    return { message: `${origin.name}: ${message}`, ...(hint === undefined ? {} : { hint }) };
  const problem = problemAt(origin.file, origin.file.document.placeOf(origin.keys), message, hint);
  if (setting.secret) delete problem.excerpt;
  return problem;
}
