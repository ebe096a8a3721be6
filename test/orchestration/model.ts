import type { ModelReply, ModelResponder, WireBody } from "../../src/testing/model-server.ts";

interface Said {
  role?: string;
  content?: unknown;
}

/** What models answer here depends on the request alone, so that a run that goes on elsewhere hears the same. */
export const answer: ModelResponder = ({ body, prompt }): ModelReply => {
  const messages = (body.messages ?? []) as Said[];
  const system = textOf(messages.find(({ role }) => role === "system"));
  const latest = messages.findLastIndex(({ role }) => role === "user");
  const results = messages.slice(latest + 1).filter(({ role }) => role === "tool").length;
  if (system.startsWith("You lead.")) return lead(prompt, results);
  if (system.startsWith("You file.")) return file(results);
  if (system.startsWith("You write."))
    return results === 0 ? calls(["price", { item: "tea" }]) : { text: "Tea costs 3." };
  if (system.startsWith("You close.")) return { text: "All closed." };
  if (system.startsWith("You rhyme.")) return { text: "roses", delayMs: 2 };
  if (body.model === "busy" || prompt === "busy") return { status: 503, body: { error: { message: "busy" } } };
  if (prompt.startsWith("who")) return { chunks: ['{"name": "A', 'da", "a', 'ge": 36}'] };
  return plain(body, prompt);
};

function textOf(said: Said | undefined): string {
  return typeof said?.content === "string" ? said.content : "";
}

const calls = (...made: [name: string, given: object][]): ModelReply => ({
  toolCalls: made.map(([name, given], index) => ({ id: `call_${name}_${index}`, name, arguments: given })),
});

function lead(prompt: string, results: number): ModelReply {
  if (prompt === "And now?") return { text: "Still closed." };
  if (results === 0) return calls(["look", { key: "a" }], ["look", { key: "b" }], ["poet", { input: "a line" }]);
  return results === 3 ? calls(["send", { to: "ann" }]) : calls(["transfer_to_closer", { reason: "done" }]);
}

function file(results: number): ModelReply {
  if (results === 0) return calls(["find", { id: "many" }]);
  if (results === 1) return calls(["find", { id: 1 }], ["find", { id: 2 }]);
  return { text: '{"name": "Ada", "age": 36}' };
}

function plain({ model, stream }: WireBody, prompt: string): ModelReply {
  if (prompt === "vote") return { text: model === "b" ? "no" : "yes" };
  if (prompt === "again" || prompt === "damn") return { text: prompt };
  const text = prompt === "two" ? '{"count": 2}' : `heard ${prompt}`;
  return stream ? { chunks: text.match(/.{1,4}/gs) ?? [] } : { text };
}
