import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { anyObject } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { artifactOwner, sessionOwner, sessionsOf } from "./run-sessions.ts";
import { STATE_STORAGE } from "./services.ts";

const name = z.string().min(1).max(500);
const where = {
  scope: z.enum(["spell", "session", "global"]).optional().describe("Default spell; session where one is named."),
  session: z.string().optional().describe("Id of a session."),
};
const place = z.strictObject(where).prefault({});
const version = z.int().min(1).optional();
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, { error: "expected bytes" });
const about = {
  name: z.string(),
  version: z.number(),
  hash: z.string(),
  size: z.number(),
  type: z.string(),
  tags: z.array(z.string()),
  metadata: anyObject,
  createdAt: z.number(),
};
const artifact = z.object(about);
const filter = {
  type: z.string().optional(),
  tag: z.string().optional(),
  limit: z.int().min(1).max(10_000).optional(),
};
const kept = { capability: "state.scope", sync: true } as const;

interface Place {
  scope?: "spell" | "session" | "global" | undefined;
  session?: string | undefined;
}

const scopeOf = ({ scope, session }: Place) => scope ?? (session === undefined ? "spell" : "session");

/** Throws `session.unknown`. */
function ownerOf(given: Place, ctx: CallContext): string {
  const scope = scopeOf(given);
  if ((scope === "session") !== (given.session !== undefined)) {
    throw new LlmspellError("input.invalid", 'scope "session" and the session\'s id belong together', {
      hint: 'Pass session = "id".',
    });
  }
  if (given.session !== undefined) sessionsOf(ctx).get(sessionOwner(ctx), given.session);
  return artifactOwner(ctx, scope, given.session);
}

/** `artifact`: what runs make and keep. */
export const artifactBridge = defineBridge({
  name: "artifact",
  summary:
    "Texts and bytes that runs make, under a name, in versions, each content kept once by its SHA-256. Of the spell, of a session, or of all (`scope`). Fails with artifact.unknown, limit.state, store.*.",
  methods: {
    store: method({
      summary:
        "Keeps a new version and answers what is known of it. The same content as the last version is that version.",
      input: {
        name,
        content: z.union([z.string(), bytes]),
        options: z
          .strictObject({
            ...where,
            type: z
              .string()
              .max(200)
              .optional()
              .describe("Media type. Default text/plain, or application/octet-stream of bytes."),
            tags: z.array(z.string().max(200)).max(100).default([]),
            metadata: anyObject.default({}),
          })
          .prefault({}),
      },
      output: artifact,
      effect: "write",
      ...kept,
      target: ({ options }) => scopeOf(options),
      run({ name: named, content, options }, ctx) {
        const type = options.type ?? (typeof content === "string" ? "text/plain" : "application/octet-stream");
        const { tags, metadata } = options;
        const { maxBytes } = ctx.use(STATE_STORAGE);
        return sessionsOf(ctx).store(
          ownerOf(options, ctx),
          named,
          content,
          { type, tags, metadata },
          ctx.now(),
          maxBytes,
        );
      },
    }),
    get: method({
      summary: "An artifact with its `content`: the last version, or `version`.",
      input: { name, options: z.strictObject({ ...where, version }).prefault({}) },
      output: z.object({ ...about, content: z.union([z.string(), bytes]) }),
      effect: "read",
      ...kept,
      target: ({ options }) => scopeOf(options),
      run: (input, ctx) => sessionsOf(ctx).artifact(ownerOf(input.options, ctx), input.name, input.options.version),
    }),
    list: method({
      summary: "The last version of each artifact, the newest first: at most 100.",
      input: { options: place },
      output: z.array(artifact),
      effect: "read",
      ...kept,
      target: ({ options }) => scopeOf(options),
      run: ({ options }, ctx) => sessionsOf(ctx).artifacts(ownerOf(options, ctx), {}),
    }),
    query: method({
      summary:
        "Artifacts by name (`*` and `?` stand for any letters), type and tag; with `versions` all versions. The newest first.",
      input: {
        query: z.strictObject({ ...where, ...filter, name: z.string().optional(), versions: z.boolean().optional() }),
      },
      output: z.array(artifact),
      effect: "read",
      ...kept,
      target: ({ query }) => scopeOf(query),
      run: ({ query }, ctx) => sessionsOf(ctx).artifacts(ownerOf(query, ctx), query),
    }),
    delete: method({
      summary: "Removes an artifact, or one version of it; answers how many versions there were.",
      input: { name, options: z.strictObject({ ...where, version }).prefault({}) },
      output: z.number(),
      effect: "write",
      ...kept,
      target: ({ options }) => scopeOf(options),
      run: (input, ctx) =>
        sessionsOf(ctx).deleteArtifact(ownerOf(input.options, ctx), input.name, input.options.version),
    }),
  },
});
