import path from "node:path";
import { nearestName } from "../values/nearest-name.ts";
import { Config } from "./config.ts";
import { type ConfigFile, problemAt, readConfigFile } from "./config-file.ts";
import { type SearchStart, findProjectFiles, findUserFiles } from "./find-files.ts";
import { isInside } from "./is-inside.ts";
import { reachOf } from "./reach-of.ts";
import type { Assignment } from "./origin.ts";
import type { Problem } from "./problem.ts";
import { absolutePath } from "./read-value.ts";
import { type FileScope, readSettings } from "./read-settings.ts";
import { SETTINGS } from "./settings.ts";
import { readVariables } from "./variables.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigSources extends SearchStart {
  env: Environment;
  /** Read instead of the project's own file; false: none. */
  file?: string | false;
  profile?: string;
}

export interface Inspection {
  config: Config;
  /** What is wrong: the configuration cannot be used. */
  problems: readonly Problem[];
}

/** Reads the whole configuration and says what is wrong with it. */
export async function inspectConfig(sources: ConfigSources): Promise<Inspection> {
  return new Loading(sources).load();
}

/** Settings of files, by where they stand. */
interface Layer {
  plain: Assignment[];
  profiles: Map<string, Assignment[]>;
}

const MOST_FILES = 32;

class Loading {
  readonly #sources: ConfigSources;
  readonly #problems: Problem[] = [];
  readonly #notices: Problem[] = [];
  readonly #warnings: Problem[] = [];
  readonly #files: ConfigFile[] = [];
  readonly #report = (problem: Problem): void => void this.#problems.push(problem);

  constructor(sources: ConfigSources) {
    this.#sources = sources;
  }

  async load(): Promise<Inspection> {
    const sources = this.#sources;
    const { env, folder, home, profile: chosen } = sources;
    const user = emptyLayer();
    const project = emptyLayer();
    for (const found of this.#single(findUserFiles(this.#sources)))
      await this.#readFile(user, found, { owner: "user", trusted: true, root: path.dirname(found) });
    for (const found of this.#projectFiles()) {
      const root = path.dirname(found);
      const trusted = isTrusted(root, user.plain);
      if (trusted || sources.file !== undefined || this.#reaches(root, found, this.#report))
        await this.#readFile(project, found, { owner: "project", trusted, root });
    }
    const profiles = [...new Set([...user.profiles.keys(), ...project.profiles.keys()])];
    const profile = chosen ?? (env.LLMSPELL_PROFILE?.trim() || undefined);
    if (profile !== undefined && !profiles.includes(profile)) this.#report(unknownProfile(profile, profiles));
    const variables = readVariables(
      env,
      { folder, home },
      {
        problem: this.#report,
        notice: (notice, isLikely) => void (isLikely ? this.#warnings : this.#notices).push(notice),
      },
    );
    const config = new Config({
      assignments: [
        ...user.plain,
        ...project.plain,
        ...(user.profiles.get(profile ?? "") ?? []),
        ...(project.profiles.get(profile ?? "") ?? []),
        ...variables,
      ],
      files: this.#files,
      profiles,
      notices: this.#notices,
      warnings: this.#warnings,
      ...(profile === undefined ? {} : { profile }),
    });
    return { config, problems: this.#problems.toSorted(byPlace) };
  }

  #projectFiles(): readonly string[] {
    const { file, folder } = this.#sources;
    if (file === false) return [];
    return file === undefined ? this.#single(findProjectFiles(this.#sources)) : [path.resolve(folder, file)];
  }

  /** Of several files for one purpose none is read: nobody could tell which one counts. */
  #single(files: readonly string[]): readonly string[] {
    if (files.length < 2) return files;
    const names = files.map((file) => this.#shown(file));
    this.#report({ message: `${names.join(" and ")} stand side by side`, hint: "Keep one of them." });
    return [];
  }

  async #readFile(
    layer: Layer,
    file: string,
    scope: Pick<FileScope, "owner" | "trusted" | "root">,
    chain: readonly string[] = [],
    report = this.#report,
  ): Promise<void> {
    const read = await readConfigFile(file, this.#shown(file), report);
    if (!read) return;
    this.#files.push(read);
    const { value } = read.document;
    if (value === null) return;
    const { home, env } = this.#sources;
    const full: FileScope = { ...scope, file: read, home, env, report: this.#report };
    if (typeof value !== "object" || Array.isArray(value)) {
      report(problemAt(read, { line: 1, column: 1 }, 'the file wants keys with values, such as "models:"'));
      return;
    }
    const { extends: bases, profiles, $schema: _, ...settings } = value as Record<string, unknown>;
    if (bases !== undefined) await this.#extend(layer, full, bases, [...chain, file]);
    layer.plain.push(...readSettings(full, settings, SETTINGS, { keys: [], path: [] }));
    if (profiles !== undefined) this.#readProfiles(layer, full, profiles);
  }

  async #extend(layer: Layer, scope: FileScope, given: unknown, chain: readonly string[]): Promise<void> {
    const { file } = scope;
    const place = file.document.placeOf(["extends"]);
    const complain = (message: string, hint?: string) => this.#report(problemAt(file, place, message, hint));
    const refuse = (problem: Problem) => complain(`extends: ${problem.message}`, problem.hint);
    for (const item of Array.isArray(given) ? (given as unknown[]) : [given]) {
      if (typeof item !== "string" || item === "") {
        complain("extends wants a file or a list of files");
        continue;
      }
      const base = absolutePath(item, { folder: path.dirname(file.file), home: this.#sources.home });
      const cycle = [...chain, base].map((step) => this.#shown(step));
      if (chain.includes(base)) complain(`extends goes in a circle: ${cycle.join(" -> ")}`);
      else if (this.#files.length >= MOST_FILES) complain(`more than ${MOST_FILES} files extend each other`);
      else if (scope.trusted || this.#reaches(scope.root, base, refuse))
        await this.#readFile(layer, base, scope, chain, (problem) =>
          problem.file === undefined ? refuse(problem) : this.#report(problem),
        );
    }
  }

  /**
   * Whether a file counts as the project's: what lies elsewhere, also behind a link, may hold keys that whoever wrote
   * the project would get hold of.
   */
  #reaches(root: string, file: string, report: (problem: Problem) => void): boolean {
    const reach = reachOf(root, this.#sources.home);
    if (isInside(reach, file)) return true;
    report({
      message: `${this.#shown(file)} lies outside of the project, where a project's file may not lead`,
      hint: `Say it in your own configuration (see llmspell config path), or add ${root} to security.trusted_folders there.`,
    });
    return false;
  }

  #readProfiles(layer: Layer, scope: FileScope, given: unknown): void {
    if (given === null) return;
    if (typeof given !== "object" || Array.isArray(given)) {
      const place = scope.file.document.placeOf(["profiles"]);
      this.#report(problemAt(scope.file, place, "profiles wants names with settings under them"));
      return;
    }
    for (const [profile, settings] of Object.entries(given)) {
      const at = { keys: ["profiles", profile], path: [], profile };
      layer.profiles.set(profile, [
        ...(layer.profiles.get(profile) ?? []),
        ...readSettings(scope, settings, SETTINGS, at),
      ]);
    }
  }

  /** Relative to the current folder, or to the home folder with `~`, where that is shorter. */
  #shown(file: string): string {
    const { folder, home } = this.#sources;
    const relative = path.relative(folder, file);
    if (!relative.startsWith("..")) return relative;
    return file.startsWith(path.join(home, path.sep)) ? path.join("~", path.relative(home, file)) : file;
  }
}

function emptyLayer(): Layer {
  return { plain: [], profiles: new Map() };
}

function isTrusted(root: string, user: readonly Assignment[]): boolean {
  const trusted = user.findLast((assignment) => assignment.path.join(".") === "security.trusted_folders")?.value;
  return ((trusted as readonly string[] | undefined) ?? []).some((folder) => isInside(folder, root));
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file || !a.at || !b.at) return 0;
  return a.at.line - b.at.line || a.at.column - b.at.column;
}

function unknownProfile(profile: string, profiles: readonly string[]): Problem {
  const near = nearestName(profile, profiles);
  return {
    message: `there is no profile "${profile}"${near ? ` (did you mean "${near}"?)` : ""}`,
    hint: profiles.length > 0 ? `Profiles: ${profiles.join(", ")}.` : "No configuration file has profiles.",
  };
}
