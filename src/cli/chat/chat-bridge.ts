import { z } from "zod";
import { type BridgeDefinition, defineBridge, method } from "../../bridge/define-bridge.ts";
import { anyObject } from "../../bridge/schemas.ts";
import type { ModelMessage } from "../../models/types.ts";
import { toNative } from "../../values/native.ts";
import type { ChatScreen, ToolArguments } from "./chat-screen.ts";

/** What a turn's script tells and asks. */
export interface TurnListener {
  readonly screen: Pick<ChatScreen, "reasoning" | "toolStarted">;
  /** A whole message: an answer of the model, or a tool's result. */
  said(message: ModelMessage): void;
}

const NOTHING = z.null();
const effect = "write";

/** The global `chat` of the script of a turn: the user's terminal. `current` is the turn in progress. */
export function chatBridge(current: () => TurnListener): BridgeDefinition {
  return defineBridge({
    name: "chat",
    summary: "The terminal of the chat.",
    methods: {
      reasoning: method({
        summary: "Shows a piece of the model's reasoning.",
        input: { text: z.string() },
        output: NOTHING,
        effect,
        run({ text }) {
          current().screen.reasoning(text);
          return null;
        },
      }),
      said: method({
        summary: "Keeps a message.",
        input: { message: anyObject },
        output: NOTHING,
        effect,
        run({ message }) {
          current().said(toNative(message) as unknown as ModelMessage);
          return null;
        },
      }),
      toolStarted: method({
        summary: "Shows that a tool begins.",
        input: { name: z.string(), args: anyObject },
        output: NOTHING,
        effect,
        run({ name, args }) {
          current().screen.toolStarted(name, toNative(args) as ToolArguments);
          return null;
        },
      }),
    },
  });
}
