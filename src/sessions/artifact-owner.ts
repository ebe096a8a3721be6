/** Whose an artifact is: everybody's, a spell's, or one session's of a spell. */
export interface ArtifactOwner {
  scope: "spell" | "session" | "global";
  spell?: string;
  session?: string;
}

/** The owner as the database names it. */
export function writeOwner({ scope, spell, session }: ArtifactOwner): string {
  return JSON.stringify(scope === "global" ? [scope] : scope === "session" ? [scope, spell, session] : [scope, spell]);
}

export function readOwner(text: string): ArtifactOwner {
  const [scope, spell, session] = JSON.parse(text) as [ArtifactOwner["scope"], string?, string?];
  return { scope, ...(spell === undefined ? {} : { spell }), ...(session === undefined ? {} : { session }) };
}
