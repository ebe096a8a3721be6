import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { type HandleDefinition, handleMethod, method } from "../bridge/define-bridge.ts";
import { handle } from "../bridge/schemas.ts";
import { addUsage, type ModelMessage, type ModelRequest, NO_USAGE, type Usage } from "../models/types.ts";
import type { Handle, ScriptValue, TextValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import { toAnswer } from "./llm-answer.ts";
import { toContent, toMessage, toRequest } from "./llm-request.ts";
import {
  answer,
  type AnswerData,
  content,
  generation,
  history,
  message,
  onChunk,
  type OptionsInput,
  options,
  pieceText,
  usageOut,
} from "./llm-schemas.ts";
import { callModel, streamModel } from "./model-calls.ts";

const sessionOptions = z.strictObject({
  ...generation,
  messages: z.array(message).optional().describe("What was said before."),
});
type SessionOptions = z.output<typeof sessionOptions>;

/** A conversation. What is sent at the same time by two tasks is answered one after the other. */
interface Session {
  options: Omit<SessionOptions, "messages">;
  messages: ModelMessage[];
  usage: Usage;
  cost: number | null;
  tail: Promise<unknown>;
}

type Ask = (request: ModelRequest) => Promise<AnswerData>;

/** Adds the message, asks, adds the answer. A call that fails leaves the conversation as it was. */
function send(
  session: Session,
  said: z.output<typeof content>,
  more: OptionsInput | undefined,
  ctx: CallContext,
  ask: Ask,
): Promise<TextValue> {
  const turn = session.tail.then(async () => {
    const user: ModelMessage = { role: "user", content: toContent(said, ctx, "llm.session.send") };
    const request = toRequest(
      [{ role: "user", content: "" }],
      { ...session.options, ...more },
      ctx,
      "llm.session.send",
    );
    const { system } = { ...session.options, ...more };
    const messages = [
      ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
      ...session.messages,
      user,
    ];
    const data = await ask({ ...request, messages });
    const added = [user, data.message as unknown as ModelMessage];
    ctx.charge(sizeOf(added as unknown as ScriptValue[]));
    session.messages.push(...added);
    session.usage = addUsage(session.usage, data.usage);
    session.cost = session.cost === null || data.cost === null ? null : session.cost + data.cost;
    return toAnswer(data);
  });
  session.tail = turn.catch(() => undefined);
  return turn;
}

function create(ctx: CallContext, given: Omit<Session, "tail">): Handle<Session> {
  return ctx.handle("llm.session", { ...given, tail: Promise.resolve() });
}

export const sessionMethods = {
  session: method({
    summary:
      "Starts a conversation that remembers what was said. Options are those of `complete`, and `messages` to begin with.",
    input: { options: sessionOptions.optional() },
    output: handle("llm.session"),
    effect: "local",
    sync: true,
    run({ options: given }, ctx) {
      const { messages = [], ...rest } = given ?? {};
      const known = messages.map((each) => toMessage(each, ctx, "llm.session"));
      return create(ctx, { options: rest, messages: known, usage: NO_USAGE, cost: 0 });
    },
  }),
};

/** `llm.session`: a conversation. */
export const sessionHandle: HandleDefinition = {
  summary: "A conversation with a model.",
  methods: {
    send: handleMethod<Session>()({
      summary: "Says something and waits for the answer. A failed call leaves the conversation as it was.",
      input: { content, options: options.optional() },
      output: answer,
      effect: "local",
      run: ({ content: said, options: more }, ctx, { state }) =>
        send(state, said, more, ctx, (request) => callModel(ctx, request)),
    }),
    stream: handleMethod<Session>()({
      summary: "Says something and gives each piece of the answer to a function; answers with the whole.",
      input: { content, onChunk, options: options.optional() },
      output: answer,
      effect: "local",
      run: ({ content: said, onChunk: give, options: more }, ctx, { state }) =>
        send(state, said, more, ctx, (request) => streamModel(ctx, request, (piece) => give(pieceText(piece), piece))),
    }),
    add: handleMethod<Session>()({
      summary: "Adds messages without asking, e.g. results of tools.",
      input: { messages: z.union([message, z.array(message)]) },
      output: z.null(),
      effect: "local",
      sync: true,
      run({ messages: given }, ctx, { state }) {
        const added = (Array.isArray(given) ? given : [given]).map((each) => toMessage(each, ctx, "llm.session.add"));
        ctx.charge(sizeOf(added as unknown as ScriptValue[]));
        state.messages.push(...added);
        return null;
      },
    }),
    history: handleMethod<Session>()({
      summary: "The messages so far, oldest first, the system message left out.",
      input: {},
      output: history,
      effect: "local",
      sync: true,
      run: (_, __, { state }) => structuredClone(state.messages) as never,
    }),
    fork: handleMethod<Session>()({
      summary: "A second conversation that goes on from here; the two no longer touch each other.",
      input: { options: sessionOptions.optional() },
      output: handle("llm.session"),
      effect: "local",
      sync: true,
      run({ options: more }, ctx, { state }) {
        const { messages: _, ...rest } = more ?? {};
        ctx.charge(sizeOf(state.messages as unknown as ScriptValue[]));
        return create(ctx, {
          options: { ...state.options, ...rest },
          messages: structuredClone(state.messages),
          usage: NO_USAGE,
          cost: 0,
        });
      },
    }),
    clear: handleMethod<Session>()({
      summary: "Forgets what was said. The options, system message included, stay.",
      input: {},
      output: z.null(),
      effect: "local",
      sync: true,
      run(_, ctx, { state }) {
        ctx.charge(-sizeOf(state.messages as unknown as ScriptValue[]));
        state.messages = [];
        return null;
      },
    }),
    usage: handleMethod<Session>()({
      summary: "Tokens and money of the conversation so far.",
      input: {},
      output: z.object({ usage: usageOut, cost: z.number().nullable() }),
      effect: "local",
      sync: true,
      run: (_, __, { state }) => ({ usage: state.usage, cost: state.cost }),
    }),
  },
};
