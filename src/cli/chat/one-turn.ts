import { EXIT, type LlmspellError, exitCodeOf } from "../../errors.ts";
import { colors } from "../colors.ts";
import { formatElapsed, formatSpent } from "../figures.ts";
import { createLogPrinter } from "../log-printer.ts";
import { renderError } from "../render-error.ts";
import { jsonLine } from "../result.ts";
import { onInterrupt } from "../signals.ts";
import { printable } from "../printable.ts";
import { terminalQuestions } from "../person/ask-in-terminal.ts";
import { startProgress } from "../terminal/progress.ts";
import type { ViewFlags } from "../views/run-view.ts";
import type { Attachment } from "./attachment.ts";
import type { Conversation, Turn } from "./conversation.ts";
import { TextScreen } from "./text-screen.ts";

/** One question, its answer on stdout, and the exit code by how it ended. What tools ask is asked on the terminal. */
export async function askOnce(
  conversation: Conversation,
  question: string,
  attached: readonly Attachment[],
  flags: ViewFlags & { yes?: boolean },
): Promise<number> {
  const interrupt = onInterrupt();
  conversation.say(
    question,
    attached.map(({ part }) => part),
  );
  const { stdout, stderr } = process;
  const together = stdout.isTTY && stderr.isTTY;
  const screen = new TextScreen({
    answer: (text) => void (flags.json || stdout.write(stdout.isTTY ? printable(text) : text)),
    ...(flags.quiet || flags.json ? {} : { aside: (text: string) => void stderr.write(text) }),
    together,
    colors: colors(stderr),
    progress: flags.quiet || flags.json ? undefined : startProgress(stderr, process.env),
    log: createLogPrinter(flags),
  });
  const onQuestion = terminalQuestions({
    yes: flags.yes ?? false,
    interrupt: () => interrupt.cancel(),
    asks: (open) => screen.asks(open),
  });
  const turn = await conversation.answer(screen, { signal: interrupt.signal, onQuestion });
  screen.end();
  if (interrupt.exitCode === EXIT.ok) return EXIT.ok;
  if (flags.json) stdout.write(jsonLine(asJson(turn, conversation.session.name)));
  else conclude(turn, flags);
  return interrupt.exitCode ?? (turn.error ? exitCodeOf(turn.error.code) : EXIT.ok);
}

function conclude({ error, finishReason, spent, durationMs }: Turn, { quiet, cost, verbose }: ViewFlags): void {
  const { stderr } = process;
  const { dim, yellow } = colors(stderr);
  if (error) stderr.write(renderError(error));
  if (finishReason === "length" && !quiet) stderr.write(yellow("The answer was cut at the model's limit of output.\n"));
  if (!quiet && (cost ?? verbose ?? stderr.isTTY))
    stderr.write(`${dim(`models: ${formatSpent(spent)}; ${formatElapsed(durationMs)}`)}\n`);
}

/** What `--json` prints. */
function asJson({ text, error, model, finishReason, spent, durationMs }: Turn, session: string): unknown {
  const outcome: { ok: boolean; error?: ReturnType<LlmspellError["toData"]> } = error
    ? { ok: false, error: error.toData() }
    : { ok: true };
  return { session, ...outcome, answer: text, model, finishReason, stats: { durationMs, ...spent } };
}
