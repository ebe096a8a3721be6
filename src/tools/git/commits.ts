import type { ReadCommitResult } from "isomorphic-git";
import { z } from "zod";

export const commit = z.object({
  id: z.string(),
  author: z.string(),
  email: z.string(),
  date: z.string().describe("ISO 8601, UTC."),
  subject: z.string().describe("First line of the message."),
  body: z.string().describe("The rest of the message."),
  parents: z.array(z.string()),
});

export function commitData({ oid, commit: { author, message, parent } }: ReadCommitResult): z.output<typeof commit> {
  const [subject = "", ...rest] = message.split("\n");
  return {
    id: oid,
    author: author.name,
    email: author.email,
    date: new Date(author.timestamp * 1000).toISOString(),
    subject,
    body: rest.join("\n").trim(),
    parents: parent,
  };
}
