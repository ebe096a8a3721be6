import { embedOffline } from "../models/offline/embedding.ts";
import type { ModelReply, ModelResponder } from "./model-server.ts";

/** An answer of a scripted model: its text, or a whole reply. With `when`, it waits for a request that holds this text. */
export type ScriptedAnswer = string | (ModelReply & { when?: string });

/**
 * A model whose answers are written down: each is given once, to the first request that it fits, in their order. A
 * request that none is left for is refused with what was asked. Embeddings are those of the offline model.
 */
export function scriptedAnswers(answers: readonly ScriptedAnswer[]): ModelResponder {
  const left = answers.map((answer) => (typeof answer === "string" ? { text: answer } : answer));
  return ({ body, prompt, protocol }) => {
    if (protocol === "embeddings") return { vectors: [body.input].flat().map((text) => embedOffline(String(text))) };
    const request = JSON.stringify(body);
    const index = left.findIndex((answer) => !("when" in answer) || request.includes(quoted(answer.when)));
    const [answer] = index < 0 ? [] : left.splice(index, 1);
    if (answer) return answer;
    return { status: 400, body: { error: { message: `no scripted answer is left for: ${prompt.slice(0, 200)}` } } };
  };
}

/** As it stands inside of a JSON text. */
function quoted(text: string | undefined): string {
  return JSON.stringify(text ?? "").slice(1, -1);
}
