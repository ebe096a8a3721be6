import path from "node:path";
import type { CallContext } from "../bridge/call-context.ts";
import { SessionDatabase } from "../sessions/session-database.ts";
import { STATE_STORAGE } from "./services.ts";

const OWNED = {};

/** The sessions and artifacts behind a run, opened at first use and closed when it ends. */
export function sessionsOf(ctx: CallContext): SessionDatabase {
  return ctx.own(OWNED, () => {
    const database = new SessionDatabase(path.join(ctx.use(STATE_STORAGE).folder, "sessions.db"));
    ctx.signal.addEventListener("abort", () => database[Symbol.dispose](), { once: true });
    return database;
  });
}

/** Whose sessions the run sees. */
export function sessionOwner(ctx: CallContext): string {
  return ctx.use(STATE_STORAGE).spell;
}

export type ArtifactScope = "spell" | "session" | "global";

export function artifactOwner(ctx: CallContext, scope: ArtifactScope, session: string | undefined): string {
  return JSON.stringify(
    scope === "global"
      ? ["global"]
      : scope === "session"
        ? ["session", sessionOwner(ctx), session]
        : ["spell", sessionOwner(ctx)],
  );
}
