import { existsSync } from "node:fs";
import path from "node:path";
import { SECTIONS } from "./rows.ts";
import { StateStores, type StateStorage } from "./state-stores.ts";

/** Removes what a spell keeps in the state folder under the id of a session. */
export function forgetSession(storage: StateStorage, session: string): void {
  if (!existsSync(path.join(storage.folder, "state.db"))) return;
  using stores = new StateStores(storage, (file) => file);
  stores.open({ persistence: "sqlite", scope: "session", session }).write((rows) => {
    for (const section of SECTIONS) rows.replace(section, {});
  });
}
