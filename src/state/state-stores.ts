import path from "node:path";
import { LlmspellError } from "../errors.ts";
import { refuseJournals, refuseLinks } from "./file-lock.ts";
import { StateDatabase } from "./state-database.ts";
import { StateFile } from "./state-file.ts";
import type { StoredRows } from "./stored-requests.ts";

/** Whose the state is. A session is one of the spell, under an id that the spell chooses. */
export type StoredScope = "spell" | "session" | "user" | "global";

/** Names a stored state in the terms of the script, so that a journal means the same elsewhere. */
export interface StateAddress {
  persistence: "file" | "sqlite";
  /** Of an own file in the workspace; absent: in the state folder. */
  path?: string;
  scope: StoredScope;
  session?: string;
}

/** What the runtime says of where state is kept. */
export interface StateStorage {
  /** Absolute path of the state folder. */
  folder: string;
  /** Tells spells apart. */
  spell: string;
  /** Tells the users of one state folder apart. */
  user: string;
  /** Largest stored state. */
  maxBytes: number;
}

/** Files that one run may keep open at once. */
const MAX_FILES = 32;

/** The stored states that one run uses, opened when first used. Its owner disposes of it. */
export class StateStores implements Disposable {
  readonly #storage: StateStorage;
  readonly #resolve: (path: string) => string;
  readonly #databases = new Map<string, StateDatabase>();
  readonly #states = new Map<string, StoredRows>();

  /** `resolve` makes the real path of one in the workspace, or throws. */
  constructor(storage: StateStorage, resolve: (path: string) => string) {
    this.#storage = storage;
    this.#resolve = resolve;
  }

  open(address: StateAddress): StoredRows {
    const key = JSON.stringify([address.persistence, address.path, address.scope, address.session]);
    const known = this.#states.get(key);
    if (known) return known;
    const opened = this.#open(address);
    this.#states.set(key, opened);
    return opened;
  }

  [Symbol.dispose](): void {
    this.#states.clear();
    for (const database of this.#databases.values()) database[Symbol.dispose]();
    this.#databases.clear();
  }

  #open({ persistence, path: given, scope, session = "" }: StateAddress): StoredRows {
    const { folder, spell, user, maxBytes } = this.#storage;
    if (this.#states.size >= MAX_FILES) {
      throw new LlmspellError("state.invalid", `a run may use ${MAX_FILES} stored states at once`, {
        hint: "Keep several things in one state, under names of their own.",
      });
    }
    const file = given === undefined ? path.join(folder, "state.db") : this.#resolve(given);
    if (persistence === "file") return new StateFile(file, maxBytes);
    const owner = { spell, session: JSON.stringify([spell, session]), user, global: "" }[scope];
    return this.#database(file).state(scope, owner, maxBytes);
  }

  #database(file: string): StateDatabase {
    const known = this.#databases.get(file);
    if (known) return known;
    refuseLinks([`${file}-wal`, `${file}-shm`, `${file}-journal`], "stored state");
    if (file !== path.join(this.#storage.folder, "state.db")) refuseJournals([file], "stored state");
    const opened = new StateDatabase(file);
    this.#databases.set(file, opened);
    return opened;
  }
}
