import path from "node:path";
import { text } from "node:stream/consumers";
import { LlmspellError } from "../../errors.ts";
import { listProviders } from "../../models/describe-models.ts";
import type { ModelsConfig } from "../../models/provider-config.ts";
import { foldersOf } from "../../store/folders.ts";
import { type Attachment, readAttachment } from "../chat/attachment.ts";
import { type ChatSession, ChatStore } from "../chat/chat-store.ts";
import { Conversation } from "../chat/conversation.ts";
import { InteractiveChat, type InteractiveOptions } from "../chat/interactive-chat.ts";
import { askOnce } from "../chat/one-turn.ts";
import { loggingOf } from "../log-settings.ts";
import { modelsConfigOf } from "../models-config.ts";
import { type RunFlags, runOptionsOf } from "../run-options.ts";
import { type ConfigFlags, loadSettings } from "../settings.ts";
import { openHistory } from "../terminal/history-file.ts";
import { createTerminalReader } from "../terminal/terminal-reader.ts";
import type { ViewFlags } from "../views/run-view.ts";

interface ChatFlags extends RunFlags, ViewFlags, ConfigFlags {
  system?: string;
  continue?: boolean;
  session?: string;
  file?: string[];
  tools?: string;
  /** False with --no-save. */
  save: boolean;
}

/** How long standard input may be silent without a word, in milliseconds. */
const PATIENCE_MS = 2000;

/** `llmspell chat`: a conversation in a terminal; with a question, or text on standard input, one answer. */
export async function chatCommand(words: readonly string[], given: ChatFlags): Promise<void> {
  const settings = await loadSettings(given);
  const flags = { ...loggingOf(settings, given), ...given };
  const attached = (flags.file ?? []).map(readAttachment);
  const tools = flags.tools === undefined ? [] : (await import("../chat/offered-tools.ts")).offeredTools(flags.tools);
  const run = runOptionsOf(flags, settings.runtime.permissions);
  const question = await readQuestion(words, attached);
  const folder = foldersOf(process.env).state;
  using store = new ChatStore(flags.save ? path.join(folder, "chats.db") : ":memory:");
  const session = chooseSession(store, flags);
  if (flags.model !== undefined) store.setModel(session.id, flags.model);
  if (flags.system !== undefined) store.setSystem(session.id, flags.system);
  try {
    await using conversation = new Conversation({ store, session, tools, runtime: settings.runtime, run });
    if (question !== undefined) process.exitCode = await askOnce(conversation, question, attached, flags);
    else await converse({ store, conversation, attached, flags }, folder, modelsConfigOf(settings));
  } finally {
    for (const each of store.list()) if (each.messages === 0) store.remove(each.id);
  }
}

/** What is asked on the command line and on standard input; undefined for a chat in the terminal. */
async function readQuestion(words: readonly string[], attached: readonly Attachment[]): Promise<string | undefined> {
  const { stdin, stdout } = process;
  const piped = stdin.isTTY ? "" : (await readInput()).trim();
  const question = [words.join(" "), piped].filter((part) => part !== "").join("\n\n");
  if (question !== "") return question;
  if (stdin.isTTY && stdout.isTTY && process.env.TERM !== "dumb") return undefined;
  throw new LlmspellError(
    "usage.invalid",
    attached.length > 0 ? "there is no question to the files" : "there is no question",
    {
      hint: 'Without a terminal, give it as an argument or on standard input: llmspell chat "Who are you?"',
    },
  );
}

function chooseSession(store: ChatStore, flags: ChatFlags): ChatSession {
  if (flags.session !== undefined) {
    if (!/^\S+$/.test(flags.session) || flags.session === "rm")
      throw new LlmspellError("usage.invalid", `--session wants a name without blanks, got "${flags.session}"`);
    return store.find(flags.session) ?? store.create(flags.session);
  }
  if (!flags.continue) return store.create();
  const latest = store.latest();
  if (latest) return latest;
  throw new LlmspellError("usage.invalid", "there is no session to continue", { hint: "Start one: llmspell chat" });
}

/** All of standard input. Says what it waits for when nobody ends it. */
async function readInput(): Promise<string> {
  const notice = setTimeout(
    () => process.stderr.write("waiting for the end of standard input (< /dev/null where there is none)\n"),
    PATIENCE_MS,
  );
  try {
    return await text(process.stdin);
  } finally {
    clearTimeout(notice);
  }
}

async function converse(
  chat: Pick<InteractiveOptions, "store" | "conversation" | "attached" | "flags">,
  folder: string,
  models: ModelsConfig,
): Promise<void> {
  using reader = createTerminalReader({ input: process.stdin, output: process.stdout });
  const history = openHistory(path.join(folder, "chat-history"));
  await new InteractiveChat({ ...chat, reader, models, defaultModel: defaultModel(models), history }).run();
  if (reader.closed.aborted) process.exitCode = reader.closed.reason as number;
}

function defaultModel(models: ModelsConfig): string | undefined {
  if (models.defaultModel !== undefined) return models.defaultModel;
  const provider = listProviders(models).find(({ name, isDefault }) => isDefault && name !== "offline");
  return provider?.defaultModel === undefined ? undefined : `${provider.name}/${provider.defaultModel}`;
}
