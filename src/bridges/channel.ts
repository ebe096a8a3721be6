import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, handleMethod, method } from "../bridge/define-bridge.ts";
import { anyValue, handle } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { Channel, type Received } from "./channel-queue.ts";

const ofChannel = handleMethod<Channel>();

function make(summary: string) {
  return method({
    summary,
    input: { capacity: z.int().min(0).max(1_000_000).default(0) },
    output: handle("channel"),
    effect: "local",
    sync: true,
    run: ({ capacity }, ctx) => ctx.handle("channel", new Channel(capacity), { capacity }),
  });
}

function present(value: ScriptValue): ScriptValue {
  if (value !== null && value !== undefined) return value;
  throw new LlmspellError("input.invalid", "nil cannot be sent: it means that a channel is closed", {
    hint: "Send false or an empty object.",
  });
}

function chargeOf(ctx: CallContext): (bytes: number) => void {
  return (bytes) => ctx.charge(bytes);
}

/** `channel`: queues between the tasks of a run. */
export const channelBridge = defineBridge({
  name: "channel",
  summary: "Queues between the tasks of a run. Values of every kind pass, functions included.",
  methods: {
    new: make(
      "Makes a channel that holds up to `capacity` values; with 0, the default, a send waits for its receiver.",
    ),
    create: make("The same as `new`."),
    select: method({
      summary: "Waits for the first of several channels, given by names, that has a value or is closed.",
      input: { channels: z.record(z.string(), handle<Channel>("channel")) },
      output: z.object({ name: z.string(), value: anyValue, closed: z.boolean() }),
      effect: "local",
      passive: true,
      run({ channels }, ctx) {
        const named = Object.entries(channels).map(([name, { state }]) => ({ name, channel: state }));
        if (named.length === 0)
          throw new LlmspellError("input.invalid", "channel.select: there is no channel to wait for");
        const answer = ({ from, received }: { from: Channel; received: Received }) => ({
          name: named.find(({ channel }) => channel === from)?.name as string,
          ...received,
        });
        const first = Channel.receive(
          named.map(({ channel }) => channel),
          chargeOf(ctx),
          () => ctx.signal,
        );
        return first instanceof Promise ? first.then(answer) : answer(first);
      },
    }),
  },
  handles: {
    channel: {
      summary: "A queue. `capacity` says how many values it holds.",
      fields: { capacity: z.int() },
      iterator: "receive",
      methods: {
        send: ofChannel({
          summary: "Hands a value over, waiting while the channel is full. Throws channel.closed.",
          input: { value: anyValue },
          output: z.null(),
          effect: "local",
          passive: true,
          run: ({ value }, ctx, { state }) => state.send(present(value), chargeOf(ctx), () => ctx.signal),
        }),
        receive: ofChannel({
          summary: "Takes the oldest value, waiting while there is none; nil once the channel is closed and empty.",
          input: {},
          output: anyValue,
          effect: "local",
          passive: true,
          run(_, ctx, { state }) {
            const first = Channel.receive([state], chargeOf(ctx), () => ctx.signal);
            return first instanceof Promise ? first.then(({ received }) => received.value) : first.received.value;
          },
        }),
        trySend: ofChannel({
          summary: "Hands a value over if that needs no waiting, and says whether. Throws channel.closed.",
          input: { value: anyValue },
          output: z.boolean(),
          effect: "local",
          sync: true,
          run: ({ value }, ctx, { state }) => state.trySend(present(value), chargeOf(ctx)),
        }),
        tryReceive: ofChannel({
          summary: "Takes the oldest value, nil if there is none.",
          input: {},
          output: anyValue,
          effect: "local",
          sync: true,
          run: (_, ctx, { state }) => state.tryReceive(chargeOf(ctx))?.value ?? null,
        }),
        close: ofChannel({
          summary: "Closes the channel: what it holds can still be received, nothing more be sent.",
          input: {},
          output: z.null(),
          effect: "local",
          sync: true,
          run(_, __, { state }) {
            state.close();
            return null;
          },
        }),
        length: ofChannel({
          summary: "How many values it holds.",
          input: {},
          output: z.number(),
          effect: "local",
          sync: true,
          run: (_, __, { state }) => state.length,
        }),
        closed: ofChannel({
          summary: "Whether it was closed.",
          input: {},
          output: z.boolean(),
          effect: "local",
          sync: true,
          run: (_, __, { state }) => state.closed,
        }),
      },
    },
  },
});
