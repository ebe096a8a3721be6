import { z } from "zod";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue } from "../bridge/schemas.ts";
import type { SessionStatus } from "../sessions/session-database.ts";
import { forgetSession } from "../state/forget-session.ts";
import { artifactOwner, sessionOwner, sessionsOf } from "./run-sessions.ts";
import { STATE_STORAGE } from "./services.ts";

const id = z.string().min(1).max(200);
const tags = z.array(z.string().max(200)).max(100);
const status = z.enum(["active", "suspended", "completed"]);
const session = z.object({
  id: z.string(),
  name: z.string().nullable(),
  status,
  tags: z.array(z.string()),
  metadata: anyObject,
  runs: z.array(z.string()),
  messages: z.number(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
const entry = z.object({ run: z.string(), at: z.number(), message: anyValue });
const kept = { capability: "state.scope", target: () => "session", sync: true } as const;

const statusMethod = (to: SessionStatus, summary: string) =>
  method({
    summary,
    input: { id },
    output: session,
    effect: "write",
    ...kept,
    run: (input, ctx) =>
      sessionsOf(ctx).save(sessionOwner(ctx), input.id, { status: to }, { run: ctx.runId, at: ctx.now() }),
  });

/** `session`: work that spans several runs. */
export const sessionBridge = defineBridge({
  name: "session",
  summary:
    "Work that spans several runs of a spell: messages, tags, metadata, and which runs it was. Kept in the state folder. Fails with session.unknown, session.invalid, store.*.",
  methods: {
    create: method({
      summary: "Begins a session. Without an id it gets one.",
      input: {
        options: z
          .strictObject({
            id: id.optional(),
            name: z.string().max(1000).optional(),
            tags: tags.default([]),
            metadata: anyObject.default({}),
          })
          .prefault({}),
      },
      output: session,
      effect: "write",
      ...kept,
      run: ({ options }, ctx) => sessionsOf(ctx).create(sessionOwner(ctx), options, ctx.now()),
    }),
    get: method({
      summary: "A session by its id.",
      input: { id },
      output: session,
      effect: "read",
      ...kept,
      run: (input, ctx) => sessionsOf(ctx).get(sessionOwner(ctx), input.id),
    }),
    list: method({
      summary: "The sessions of the spell, those changed last first: at most 100, or `limit`.",
      input: {
        filter: z
          .strictObject({
            status: status.optional(),
            tag: z.string().optional(),
            limit: z.int().min(1).max(10_000).optional(),
          })
          .prefault({}),
      },
      output: z.array(session),
      effect: "read",
      ...kept,
      run: ({ filter }, ctx) => sessionsOf(ctx).list(sessionOwner(ctx), filter),
    }),
    save: method({
      summary: "Changes name, tags or metadata. What is not given stays.",
      input: {
        id,
        change: z.strictObject({
          name: z.string().max(1000).optional(),
          tags: tags.optional(),
          metadata: anyObject.optional(),
        }),
      },
      output: session,
      effect: "write",
      ...kept,
      run: (input, ctx) =>
        sessionsOf(ctx).save(sessionOwner(ctx), input.id, input.change, { run: ctx.runId, at: ctx.now() }),
    }),
    addMessage: method({
      summary: "Adds a message to a session that is active.",
      input: { id, message: z.union([z.string(), anyObject]) },
      output: session,
      effect: "write",
      ...kept,
      run: (input, ctx) =>
        sessionsOf(ctx).addMessage(sessionOwner(ctx), input.id, input.message, { run: ctx.runId, at: ctx.now() }),
    }),
    load: method({
      summary: "The messages of a session, oldest first, to go on from.",
      input: { id },
      output: z.array(anyValue),
      effect: "read",
      ...kept,
      run: (input, ctx) =>
        sessionsOf(ctx)
          .messages(sessionOwner(ctx), input.id)
          .map(({ message }) => message),
    }),
    replay: method({
      summary:
        "What happened in a session, in order: each message with the run that added it and when. `llmspell runs show RUN` has all else of a run.",
      input: { id },
      output: z.array(entry),
      effect: "read",
      ...kept,
      run: (input, ctx) => sessionsOf(ctx).messages(sessionOwner(ctx), input.id),
    }),
    suspend: statusMethod("suspended", "Puts a session aside: it takes no messages until it is resumed."),
    resume: statusMethod("active", "Takes a session up again."),
    complete: statusMethod("completed", "Ends a session: it does not change any more."),
    delete: method({
      summary:
        "Removes a session with its messages, artifacts and stored state; answers whether there was one. Its runs stay in the journal.",
      input: { id },
      output: z.boolean(),
      effect: "write",
      ...kept,
      run: (input, ctx) =>
        sessionsOf(ctx).delete(sessionOwner(ctx), input.id, artifactOwner(ctx, "session", input.id), () =>
          forgetSession(ctx.use(STATE_STORAGE), input.id),
        ),
    }),
  },
});
