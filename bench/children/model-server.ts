/**
 * A model server in a process of its own, so that its work is not counted as the client's. Prints its URL.
 * `quick` answers at once (a stream of 100 chunks where one is asked for); `slow N` holds every answer until N calls
 * wait, or nothing new has come for five seconds, and answers each with its own prompt turned around. `agent N` calls the
 * tool \`add\`, N times where the prompt asks for it, else once, and then tells the sum; each answer takes some milliseconds.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { loadTesting } from "../product.ts";

const { startModelServer } = await loadTesting();
const [mode, wanted = "0"] = process.argv.slice(2);
const chunks = Array.from({ length: 100 }, (_, index) => `word ${index} `);
const usage = { input: 10, output: 100 };

let waiting = 0;
let last = performance.now();
const server = await startModelServer(async (call) => {
  if (mode === "quick") return call.stream ? { chunks, usage } : { text: "A short answer.", usage };
  if (mode === "agent") return answerAgent(call.prompt, call.body.messages ?? []);
  waiting += 1;
  last = performance.now();
  while (waiting < Number(wanted) && performance.now() - last < 5000) await sleep(20);
  return { text: [...call.prompt].toReversed().join(""), usage };
});
console.log(server.url);

function answerAgent(prompt: string, messages: readonly { role?: string }[]) {
  const done = messages.filter(({ role }) => role === "tool").length;
  const many = prompt.startsWith("Add");
  if (done < (many ? Number(wanted) : 1))
    return { toolCalls: [{ name: "add", arguments: { a: 1, b: 2 } }], usage, ...(many ? { delayMs: 20 } : {}) };
  return { text: "The sum is 3.", usage };
}
