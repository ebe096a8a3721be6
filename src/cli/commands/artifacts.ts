import { writeFile } from "node:fs/promises";
import { LlmspellError } from "../../errors.ts";
import { readOwner } from "../../sessions/artifact-owner.ts";
import type { ArtifactRecord } from "../../sessions/session-database.ts";
import { formatSize, formatTime } from "../figures.ts";
import { isSpell, openSessions, shortSpell } from "../open-sessions.ts";
import { printable } from "../printable.ts";
import { jsonText } from "../result.ts";
import type { ConfigFlags } from "../settings.ts";
import { formatTable } from "../table.ts";

interface ArtifactFlags extends ConfigFlags {
  spell?: string;
  session?: string;
  json?: boolean;
}

type Found = ArtifactRecord & { owner: string };

/** `llmspell artifacts list`. */
export async function artifactsListCommand({ json, spell, session, ...flags }: ArtifactFlags): Promise<void> {
  using database = await openSessions(flags);
  const found = (database?.artifactsEverywhere() ?? []).filter((each) => fits(each, spell, session));
  if (json) return void process.stdout.write(jsonText(found.map(plain)));
  if (found.length === 0) return void process.stderr.write("There are no artifacts.\n");
  const rows = found.map((each) => {
    const { scope, spell: of = "", session: within } = readOwner(each.owner);
    const { name, version, type, size, createdAt } = each;
    const whose =
      within === undefined ? (scope === "global" ? "all" : shortSpell(of)) : `${shortSpell(of)}, session ${within}`;
    return [printable(name), String(version), type, formatSize(size), formatTime(createdAt), printable(whose)];
  });
  process.stdout.write(await formatTable(["artifact", "version", "type", "size", "made", "whose"], rows));
}

/** `llmspell artifacts get NAME`: its content as it is, to stdout or into a file. */
export async function artifactsGetCommand(
  name: string,
  { json, spell, session, number: version, output, ...flags }: ArtifactFlags & { number?: string; output?: string },
): Promise<void> {
  const number = version === undefined ? undefined : Number(version);
  if (number !== undefined && !(Number.isInteger(number) && number > 0))
    throw new LlmspellError("usage.invalid", `--number wants a whole number from 1, got "${version}"`);
  using database = await openSessions(flags);
  const found = (database?.artifactsEverywhere() ?? []).filter(
    (each) => each.name === name && fits(each, spell, session),
  );
  const [first] = found;
  if (!first || !database) {
    throw new LlmspellError("artifact.unknown", `there is no artifact "${name}"`, {
      details: { name },
      hint: "llmspell artifacts list shows all.",
    });
  }
  if (found.length > 1) {
    throw new LlmspellError("usage.invalid", `there are several artifacts "${name}"`, {
      hint: "Say which with --spell and --session; llmspell artifacts list shows whose they are.",
    });
  }
  const { content, ...about } = database.artifact(first.owner, name, number);
  if (output !== undefined) await writeFile(output, content);
  if (json) {
    const text = typeof content === "string" ? { text: content } : { base64: Buffer.from(content).toString("base64") };
    process.stdout.write(jsonText({ ...plain({ ...about, owner: first.owner }), ...(output ? { output } : text) }));
  } else if (output === undefined) process.stdout.write(content);
}

function fits({ owner }: Found, spell: string | undefined, session: string | undefined): boolean {
  const { spell: of, session: within } = readOwner(owner);
  return isSpell(of, spell) && (session === undefined || within === session);
}

function plain({ owner, ...artifact }: Found): object {
  return { ...artifact, ...readOwner(owner) };
}
