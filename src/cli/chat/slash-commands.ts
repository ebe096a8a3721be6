import { existsSync, writeFileSync } from "node:fs";
import { LlmspellError } from "../../errors.ts";
import { nearestName } from "../../values/nearest-name.ts";
import { formatNumberOf, formatSpent, formatTime } from "../figures.ts";
import { type Attachment, readAttachment } from "./attachment.ts";
import type { ChatControl } from "./chat-control.ts";
import type { ChatSession, StoredMessage } from "./chat-store.ts";
import { toMarkdown } from "./transcript.ts";

interface SlashCommand {
  usage: string;
  summary: string;
  /** Answers "end" to end the chat. */
  run(chat: ChatControl, rest: string): void | "end" | Promise<void | "end">;
}

/** By name, in the order of `/help`. */
export const COMMANDS: Readonly<Record<string, SlashCommand>> = {
  help: { usage: "/help", summary: "this list", run: help },
  model: { usage: "/model [NAME]", summary: "show or change the model", run: model },
  system: { usage: "/system [TEXT | -]", summary: "show, set or take away the system message", run: system },
  attach: { usage: "/attach FILE...", summary: "add text, images or PDFs to the next message", run: attach },
  save: { usage: "/save FILE", summary: "write the conversation to a file: Markdown, or .json", run: save },
  cost: { usage: "/cost", summary: "tokens and money so far", run: cost },
  undo: { usage: "/undo", summary: "forget the last message and its answer", run: undo },
  retry: { usage: "/retry", summary: "ask again for an answer to the last message", run: retry },
  compact: { usage: "/compact", summary: "summarize all but the last turns", run: (chat) => chat.compact() },
  clear: { usage: "/clear", summary: "begin another session; this one stays stored", run: clear },
  sessions: {
    usage: "/sessions [NAME | rm NAME]",
    summary: "list sessions, go on with one, delete one",
    run: sessions,
  },
  exit: { usage: "/exit", summary: "end the chat; Ctrl-D does too", run: () => "end" },
};

/** Whether an input is meant as a command: one line that begins with a slash, and not with two. */
export function isCommand(input: string): boolean {
  return /^\/(?!\/)[^\n]*$/.test(input);
}

/** Throws `usage.invalid` for a command that is not there. */
export async function runCommand(chat: ChatControl, input: string): Promise<void | "end"> {
  const [, name = "", rest = ""] = /^\/(\S*)\s*(.*)$/.exec(input.trim()) ?? [];
  const known = Object.hasOwn(COMMANDS, name) ? name : name === "quit" ? "exit" : undefined;
  if (known !== undefined) return (COMMANDS[known] as SlashCommand).run(chat, rest.trim());
  const nearest = nearestName(name, Object.keys(COMMANDS));
  throw new LlmspellError("usage.invalid", `there is no command /${name}`, {
    hint: `${nearest ? `Did you mean /${nearest}? ` : ""}/help lists the commands; a message that begins with a slash begins with two.`,
  });
}

function help(chat: ChatControl): void {
  const width = Math.max(...Object.values(COMMANDS).map(({ usage }) => usage.length));
  for (const { usage, summary } of Object.values(COMMANDS)) chat.say(`${usage.padEnd(width)}  ${summary}`);
  chat.say(
    "Alt-Enter begins another line; Ctrl-C stops an answer. A message that begins with a slash begins with two.",
  );
}

function model(chat: ChatControl, name: string): void {
  if (name !== "") chat.setModel(name);
  chat.say(`model: ${chat.model ?? "the default one"}`);
}

function system(chat: ChatControl, text: string): void {
  if (text !== "") chat.setSystem(text === "-" ? undefined : text);
  chat.say(`system: ${chat.session.system ?? "none"}`);
}

function attach(chat: ChatControl, rest: string): void {
  for (const file of attachable(rest)) {
    chat.attached.push(file);
    chat.say(`attached: ${file.name}`);
  }
  if (rest === "") chat.say(chat.attached.map(({ name }) => name).join("\n") || "nothing is attached");
}

/** The whole text as one path, else the words of it, quoted or escaped as in a shell and by terminals that files are dropped into. */
function attachable(rest: string): Attachment[] {
  if (rest === "" || existsSync(rest)) return rest === "" ? [] : [readAttachment(rest)];
  const words = rest.match(/"[^"]*"|'[^']*'|(?:\\.|[^\s\\])+/g) ?? [];
  const unquote = (word: string) => (/^["']/.test(word) ? word.slice(1, -1) : word.replaceAll(/\\(.)/g, "$1"));
  return words.map((word) => readAttachment(unquote(word)));
}

async function save(chat: ChatControl, file: string): Promise<void> {
  if (file === "") throw new LlmspellError("usage.invalid", "/save wants a file", { hint: "Example: /save notes.md" });
  if (existsSync(file) && !(await chat.confirm(`${file} exists. Replace it?`))) return;
  const { title, system: rules, model: name } = chat.session;
  const messages = chat.messages.map(({ message }) => message);
  const text = file.endsWith(".json")
    ? `${JSON.stringify({ title, model: name, system: rules, messages }, null, 2)}\n`
    : toMarkdown(title, rules, messages);
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new LlmspellError("fs.failed", `${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
  chat.say(`saved: ${file}`);
}

function cost(chat: ChatControl): void {
  chat.say(`now: ${formatSpent(chat.spent)}`);
  chat.say(`session ${chat.session.name}: ${formatSpent(chat.session.spent)}`);
}

function undo(chat: ChatControl): void {
  const last = lastQuestion(chat);
  chat.store.removeFrom(chat.session.id, last.seq);
  chat.say("The last message and its answer are forgotten.");
}

async function retry(chat: ChatControl): Promise<void> {
  const last = lastQuestion(chat);
  chat.store.removeFrom(chat.session.id, last.seq + 1);
  await chat.answer();
}

function lastQuestion(chat: ChatControl): StoredMessage {
  const last = chat.messages.findLast(({ message }) => message.role === "user");
  if (last) return last;
  throw new LlmspellError("usage.invalid", "nothing has been said yet");
}

function clear(chat: ChatControl): void {
  const { name, model: used, system: rules } = chat.session;
  const fresh = chat.store.create();
  if (used !== undefined) chat.store.setModel(fresh.id, used);
  chat.store.setSystem(fresh.id, rules);
  chat.open(chat.store.session(fresh.id));
  chat.say(`A new session, ${fresh.name}; /sessions ${name} goes back.`);
}

async function sessions(chat: ChatControl, rest: string): Promise<void> {
  const [, removes, name = ""] = /^(rm\s+)?(\S*)$/.exec(rest) ?? [];
  if (name === "" && !removes) return list(chat);
  const session = chat.store.find(name);
  if (!session) {
    const nearest = nearestName(
      name,
      chat.store.list().map((each) => each.name),
    );
    throw new LlmspellError("usage.invalid", `there is no session ${name}`, {
      hint: nearest ? `Did you mean ${nearest}?` : "/sessions lists them.",
    });
  }
  if (!removes) {
    chat.open(session);
    chat.say(`session ${session.name}: ${describe(session)}`);
  } else if (session.id === chat.session.id) chat.say("This session is in use: /clear begins another one.");
  else if (await chat.confirm(`Delete session ${name} for good?`)) chat.store.remove(session.id);
}

function list(chat: ChatControl): void {
  for (const session of chat.store
    .list()
    .filter(({ messages }) => messages > 0)
    .slice(0, 30))
    chat.say(`${session.id === chat.session.id ? "*" : " "} ${session.name}  ${describe(session)}`);
}

function describe({ title, messages, updatedAt }: ChatSession): string {
  return `${formatTime(updatedAt)}, ${formatNumberOf(messages, "message")}: ${title}`;
}
