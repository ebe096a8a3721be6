import path from "node:path";
import { LlmspellError } from "../../errors.ts";
import { writeOwner } from "../../sessions/artifact-owner.ts";
import type { SessionDatabase, SessionRecord } from "../../sessions/session-database.ts";
import { forgetSession } from "../../state/forget-session.ts";
import { formatTime } from "../figures.ts";
import { isSpell, openSessions, shortSpell } from "../open-sessions.ts";
import { printable } from "../printable.ts";
import { jsonText } from "../result.ts";
import type { ConfigFlags } from "../settings.ts";
import { formatTable } from "../table.ts";

interface SessionFlags extends ConfigFlags {
  spell?: string;
  status?: SessionRecord["status"];
  json?: boolean;
}

type Found = SessionRecord & { owner: string };

/** `llmspell sessions list`. */
export async function sessionsListCommand({ spell, status, json, ...flags }: SessionFlags): Promise<void> {
  using database = await openSessions(flags);
  const found = (database?.everywhere() ?? []).filter(
    (each) => isSpell(each.owner, spell) && (status === undefined || each.status === status),
  );
  if (json) return void process.stdout.write(jsonText(found.map(plain)));
  if (found.length === 0) return void process.stderr.write("There are no sessions.\n");
  const rows = found.map((each) => [
    each.id,
    printable(each.name ?? ""),
    each.status,
    String(each.messages),
    String(each.runs.length),
    formatTime(each.updatedAt),
    printable(shortSpell(each.owner)),
  ]);
  process.stdout.write(await formatTable(["session", "name", "status", "messages", "runs", "changed", "spell"], rows));
}

/** `llmspell sessions show ID`. */
export async function sessionsShowCommand(wanted: string, { spell, json, ...flags }: SessionFlags): Promise<void> {
  using database = await openSessions(flags);
  const [session, all] = theOne(database, wanted, spell);
  const { id } = session;
  const messages = all.messages(session.owner, id);
  if (json) return void process.stdout.write(jsonText({ ...plain(session), messages }));
  const rows = [
    ["session", id],
    ["name", session.name ?? ""],
    ["spell", session.owner],
    ["status", session.status],
    ["tags", session.tags.join(", ")],
    ["runs", session.runs.join(", ")],
    ["changed", formatTime(session.updatedAt)],
  ].filter(([, value]) => value !== "");
  for (const [label = "", value = ""] of rows) process.stdout.write(`${label.padEnd(8)} ${printable(value)}\n`);
  for (const { message } of messages) {
    const { role = "", content = message } = (message ?? {}) as { role?: string; content?: unknown };
    const text = typeof content === "string" ? content : JSON.stringify(content);
    process.stdout.write(`\n${printable(String(role))}\n  ${printable(text).replaceAll("\n", "\n  ")}\n`);
  }
}

/** `llmspell sessions delete ID`. */
export async function sessionsDeleteCommand(wanted: string, { spell, json, ...flags }: SessionFlags): Promise<void> {
  using database = await openSessions(flags);
  const [{ id, owner }, all] = theOne(database, wanted, spell);
  const storage = { folder: path.dirname(all.file), spell: owner, user: "", maxBytes: Infinity };
  all.delete(owner, id, writeOwner({ scope: "session", spell: owner, session: id }), () => forgetSession(storage, id));
  process.stdout.write(json ? jsonText({ deleted: id, spell: owner }) : `${printable(id)} deleted\n`);
}

/** By its id, the beginning of one, or its name. Spells choose ids and names, so several may have the same. */
function theOne(
  database: SessionDatabase | undefined,
  wanted: string,
  spell: string | undefined,
): [Found, SessionDatabase] {
  const all = (database?.everywhere() ?? []).filter(({ owner }) => isSpell(owner, spell));
  const exact = all.filter(({ id }) => id === wanted);
  const found = exact.length > 0 ? exact : all.filter(({ id, name }) => name === wanted || id.startsWith(wanted));
  const [first] = found;
  if (!first || !database) {
    throw new LlmspellError("session.unknown", `there is no session "${wanted}"`, {
      details: { id: wanted },
      hint: "llmspell sessions list shows all.",
    });
  }
  if (found.length === 1) return [first, database];
  const isSame = found.every(({ id }) => id === first.id);
  throw new LlmspellError("usage.invalid", `there are several sessions "${wanted}"`, {
    hint: isSame
      ? `Say which with --spell: ${found.map(({ owner }) => owner).join(", ")}.`
      : `Say which by its id: ${found.map(({ id }) => id).join(", ")}.`,
  });
}

function plain({ owner, ...session }: Found): object {
  return { ...session, spell: owner };
}
