import type { Attachment } from "./attachment.ts";
import type { ChatSession, ChatStore, StoredMessage } from "./chat-store.ts";
import type { Spent } from "../figures.ts";

/** What commands do to a chat in a terminal. */
export interface ChatControl {
  readonly store: ChatStore;
  readonly session: ChatSession;
  /** Of this process. */
  readonly spent: Spent;
  readonly messages: readonly StoredMessage[];
  /** Go with the next message. */
  readonly attached: Attachment[];
  /** The model that answered last, or will by name. */
  readonly model: string | undefined;
  /** Prints a line. */
  say(text: string): void;
  confirm(question: string): Promise<boolean>;
  setModel(name: string): void;
  setSystem(text: string | undefined): void;
  /** Goes on with another session. */
  open(session: ChatSession): void;
  /** Asks again for an answer to what was said last. */
  answer(): Promise<void>;
  /** Puts a summary in the place of all but the last turns. */
  compact(): Promise<void>;
}
