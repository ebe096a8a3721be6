import { isStatement, type Task } from "./read-prompt.ts";
import { createScorer, keywords, listItems, sentences, topKeywords, words } from "./text.ts";
import { readWishes, type Wishes, withoutWishes } from "./wishes.ts";

/** What the model says of itself where it has nothing to go on. */
export const OFFLINE_NOTICE =
  "(Offline model: no language model is configured, so this is made from the prompt alone, without knowledge of the subject.)";

/** The answer in words: from tool results, else from the material, else an outline that says what it is. */
export function answerTask(task: Task): string {
  if (task.toolResults.length > 0) return fromTools(task);
  if (task.prompt === "") return OFFLINE_NOTICE;
  if (/^(?:hi|hello|hey|good (?:morning|day|afternoon|evening))\b[^\n]{0,40}$/i.test(task.prompt))
    return `Hello. ${OFFLINE_NOTICE}`;
  const wishes = readWishes(task.question);
  const arithmetic = task.material === "" ? simpleArithmetic(task.question) : undefined;
  if (arithmetic !== undefined) return arithmetic;
  const echo = wantedEcho(task.prompt);
  if (echo !== undefined) return echo;
  if (task.material === "" && isStatement(task.prompt))
    return `Noted: ${firstWords(task.prompt, 40)}\n${OFFLINE_NOTICE}`;
  const material = task.material.replaceAll(OFFLINE_NOTICE, "").trim();
  // What rests on an answer of this kind is of this kind.
  const notice = material === task.material.trim() ? "" : `\n${OFFLINE_NOTICE}`;
  if (material !== "") return extract({ ...task, material }, wishes) + notice;
  return isQuestion(task.question) && wishes.unit === "sentences" ? unknown(task) : outline(task, wishes);
}

const isQuestion = (text: string): boolean =>
  /^\s*(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|has|have|can)\b[^?]{0,400}\?/i.test(
    text,
  );

/** A question that the prompt holds no answer to. */
function unknown({ question }: Task): string {
  const asked = firstWords((sentences(question)[0] ?? question).trim(), 30);
  return `The prompt holds nothing that answers "${asked}"\n${OFFLINE_NOTICE}`;
}

function fromTools(task: Task): string {
  return task.toolResults
    .map(({ name, text, isError }) => {
      if (isError) return `The tool ${name} failed: ${text.trim()}`;
      const readable = readableResult(text);
      const long = words(readable).length > 80;
      return `According to ${name}: ${long ? extract({ ...task, material: readable }, readWishes(task.question)) : readable}`;
    })
    .join("\n");
}

/** JSON results in words: `key: value`, one a line when there are several. */
function readableResult(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text.trim();
  }
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [, only] = entries[0] as [string, unknown];
    return typeof only === "object" ? JSON.stringify(only) : String(only);
  }
  return entries
    .map(
      ([key, each]) =>
        `${Array.isArray(value) ? "- " : `${key}: `}${typeof each === "object" ? JSON.stringify(each) : String(each)}`,
    )
    .join("\n");
}

/** The sentences of the material that answer best, in their own order and form. */
function extract(task: Task, wishes: Wishes): string {
  const question = withoutWishes(task.question);
  if (wishes.unit === "keywords") return topKeywords(task.material, wishes.count ?? 5).join(", ");
  if (wishes.unit === "title") return title(task.material);
  const material = withoutHeadings(task.material);
  const units = wishes.unit === "items" && listItems(material).length >= 2 ? listItems(material) : sentences(material);
  const unique = [...new Set(units)];
  const picked = pickBest(
    unique,
    question,
    material,
    wishes.unit === "words" ? unique.length : (wishes.count ?? defaultCount(question)),
  );
  if (wishes.unit === "items") return picked.map((line) => `- ${line}`).join("\n");
  const text = picked.map(asSentence).join(" ");
  return wishes.unit === "words" ? firstWords(text, wishes.count ?? 50) : text;
}

/** Headings say what follows, and nothing of their own. */
function withoutHeadings(text: string): string {
  const body = text.replace(/^#{1,6}[ \t].*$/gm, "").trim();
  return body === "" ? text : body;
}

function asSentence(line: string): string {
  const ended = /[.!?:;\u3002\uff01\uff1f"')\]]$/.test(line) ? line : `${line}.`;
  return ended.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

const defaultCount = (question: string): number =>
  /^(?:who|when|where|which|how (?:many|much|old|long|far))\b/i.test(question.trim()) ? 1 : 3;

/**
 * Best by the question's words; where it has none in common, by how much of the material's own vocabulary they carry.
 * Each further one is chosen for what those before it leave open, and repeats them as little as may be.
 */
export function pickBest(units: readonly string[], question: string, material: string, count: number): string[] {
  const wanted = Math.max(1, count);
  if (wanted >= units.length) return [...units];
  const byQuestion = createScorer(units, question);
  const central = createScorer(units, topKeywords(material, 12).join(" "));
  const asked = units.some((unit) => byQuestion(unit) > 0);
  const asksWhat = /^\s*(?:what (?:is|are) (?!the )|define )/i.test(question);
  const asksHow = /^\s*(?:how|why)\b/i.test(question);
  const paragraphs = paragraphsOf(units, material);
  const left = units
    .map((unit, index) => {
      const kind = !defines(unit) ? 0 : asksWhat ? 1 : asksHow ? -0.4 : 0;
      const opens = paragraphs[index] !== paragraphs[index - 1];
      const lead = asked ? (index === 0 ? 0.15 : 0) : index === 0 ? 0.5 : opens ? 0.25 : 0;
      const own = central(unit) + kind + lead - (unit.endsWith("?") ? 0.5 : 0);
      return { unit, index, own, paragraph: paragraphs[index], words: new Set(keywords(unit)) };
    })
    .toSorted((a, b) => b.own + 2 * byQuestion(b.unit) - a.own - 2 * byQuestion(a.unit) || a.index - b.index)
    .slice(0, wanted * 4 + 8);
  const known = new Set<string>();
  const picked: typeof left = [];
  while (picked.length < wanted) {
    const worth = left.map(({ unit, index, own, paragraph, words: mine }) => {
      const same = Math.max(0, ...picked.map((each) => shared(mine, each.words)));
      const told = picked.some((each) => each.paragraph === paragraph);
      const follows = picked.some((each) => each.index === index - 1 && each.paragraph === paragraph);
      // An answer may go on where it was; a summary is of all paragraphs.
      const place = asked ? (follows ? 0.3 : 0) : told ? -0.3 : 0;
      return own + 2 * byQuestion(unit, known) - same + place;
    });
    const [best] = left.splice(worth.indexOf(Math.max(...worth)), 1);
    if (!best) break;
    picked.push(best);
    for (const word of best.words) known.add(word);
  }
  return picked.toSorted((a, b) => a.index - b.index).map(({ unit }) => unit);
}

/** The paragraph of the material that each unit stands in. */
function paragraphsOf(units: readonly string[], material: string): number[] {
  let paragraph = 0;
  let from = 0;
  return units.map((unit) => {
    const at = material.indexOf(unit, from);
    if (at < 0) return paragraph;
    paragraph += material.slice(from, at).split(/\n[ \t]*\n/).length - 1;
    from = at + unit.length;
    return paragraph;
  });
}

const defines = (unit: string | undefined): boolean =>
  /^(?:\S+ ){1,5}(?:is|are|means) /i.test((unit ?? "").slice(0, 120));

/** The part of the smaller set that is in both. */
function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const word of a) if (b.has(word)) both += 1;
  return both / Math.max(1, Math.min(a.size, b.size));
}

export function title(text: string): string {
  const first = sentences(text)[0] ?? "";
  const short = words(first).length <= 9 ? first.replace(/[.:!?]+$/, "") : topKeywords(text, 4).join(" ");
  return short.replace(/(?:^|\s)\p{L}/gu, (letter) => letter.toUpperCase());
}

function firstWords(text: string, count: number): string {
  const parts = text.split(/\s+/);
  return parts.length <= count ? text : `${parts.slice(0, count).join(" ")}...`;
}

const ASPECTS: readonly (readonly [label: string, question: string])[] = [
  ["Definition", "What is meant by S, and what is not?"],
  ["Working", "What are the parts of S, and how do they work together?"],
  ["Importance", "To whom does the matter of S make a difference, and why?"],
  ["Present state", "What is the present state of S, and who leads it?"],
  ["Benefits", "What are the main benefits of S?"],
  ["Limits", "What are the limits, costs and risks of S?"],
  ["Alternatives", "What are the alternatives to S?"],
  ["Evidence", "Which figures and sources are there on S?"],
  ["Outlook", "What could change S in the next years?"],
  ["Next steps", "What should one read or try first about S?"],
];

/** A bare question: no facts are invented; the answer is a frame of points or questions to fill. */
function outline(task: Task, wishes: Wishes): string {
  const subject = task.subject === "" ? "the subject" : task.subject;
  const count = Math.min(wishes.count ?? (wishes.unit === "items" ? 3 : 4), ASPECTS.length);
  const about = (text: string): string => text.replace("S", subject);
  if (wishes.unit === "title") return title(subject);
  if (wishes.unit === "keywords") return keywordsOf(subject, wishes.count ?? 5).join(", ");
  if (wishes.unit === "items") {
    const lines = ASPECTS.slice(0, count).map(([label, question]) =>
      /question|quer/.test(wishes.noun ?? "") ? about(question) : `${label}: ${about(question)}`,
    );
    return `${lines.map((line, index) => `${index + 1}. ${line}`).join("\n")}\n${OFFLINE_NOTICE}`;
  }
  const points = ASPECTS.slice(0, wishes.unit === "sentences" ? count : 4).map(
    ([label, question]) => `- ${label}: ${about(question)}`,
  );
  const text = `An answer on "${subject}" would cover:\n${points.join("\n")}\n${OFFLINE_NOTICE}`;
  return wishes.unit === "words" ? firstWords(text, wishes.count ?? 50) : text;
}

function keywordsOf(subject: string, count: number): string[] {
  const found = topKeywords(subject, count);
  return found.length > 0 ? found : keywords(subject).slice(0, count);
}

/** `Say exactly: hello`, `Reply with "ok"`: what a smoke test asks. */
function wantedEcho(prompt: string): string | undefined {
  if (prompt.length > 700) return undefined;
  const match =
    /^(?:please\s+)?(?:say|reply|respond|answer|repeat|echo|output|print|return)(?:\s+back)?(?:\s+(?:only|just|exactly|with|the words?|this|after me|nothing but))*\s*:?\s*(["'\u201c`])([^"'\u201d`]{1,500})["'\u201d`]\s*[.!]?$/i.exec(
      prompt,
    );
  if (match) return match[2];
  return /^(?:say|repeat|echo)(?:\s+(?:exactly|only|just|after me))*\s*:\s*(\S[^\n]{0,500})$/i.exec(prompt)?.[1];
}

/** `What is 17 * 23?`: two numbers and a sign, which needs no knowledge. */
function simpleArithmetic(question: string): string | undefined {
  if (question.length > 200) return undefined;
  const match =
    /(?:^|\s)(-?\d{1,15}(?:\.\d{1,10})?)\s*([-+*x\u00d7/\u00f7]|plus|minus|times|divided by)\s*(-?\d{1,15}(?:\.\d{1,10})?)\s*[=?.]*\s*$/i.exec(
      question.trim(),
    );
  if (!match) return undefined;
  const a = Number(match[1]);
  const b = Number(match[3]);
  const sign = (match[2] as string).toLowerCase();
  const result = ["+", "plus"].includes(sign)
    ? a + b
    : ["-", "minus"].includes(sign)
      ? a - b
      : ["*", "x", "\u00d7", "times"].includes(sign)
        ? a * b
        : a / b;
  return Number.isFinite(result) ? String(Number(result.toPrecision(15))) : undefined;
}
