import path from "node:path";
import type { CallContext } from "../bridge/call-context.ts";
import { type ArtifactOwner, writeOwner } from "../sessions/artifact-owner.ts";
import { SESSIONS_FILE, SessionDatabase } from "../sessions/session-database.ts";
import { STATE_STORAGE } from "./services.ts";

const OWNED = {};

/** The sessions and artifacts behind a run, opened at first use and closed when it ends. */
export function sessionsOf(ctx: CallContext): SessionDatabase {
  return ctx.own(OWNED, () => {
    const database = new SessionDatabase(path.join(ctx.use(STATE_STORAGE).folder, SESSIONS_FILE));
    ctx.signal.addEventListener("abort", () => database[Symbol.dispose](), { once: true });
    return database;
  });
}

/** Whose sessions the run sees. */
export function sessionOwner(ctx: CallContext): string {
  return ctx.use(STATE_STORAGE).spell;
}

export type ArtifactScope = ArtifactOwner["scope"];

export function artifactOwner(ctx: CallContext, scope: ArtifactScope, session: string | undefined): string {
  return writeOwner({ scope, spell: sessionOwner(ctx), ...(session === undefined ? {} : { session }) });
}
