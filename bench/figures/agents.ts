import { startChild } from "../child.ts";
import type { Figure } from "../figure.ts";
import { alternate, median, spread } from "../sample.ts";
import { startSpells } from "../spells.ts";

const RUNS = 100;
const ROUNDS = 9;
const WARM_UP = 8;
/** Agents at once, and the calls of tools that each makes. */
const AGENTS = 1000;
const TOOL_CALLS = 5;
/** Rounds of them: until the heap has its size, and after that. */
const SETTLING = 4;
const MANY_ROUNDS = 8;

const ADD = { type: "object", properties: { a: { type: "number" }, b: { type: "number" } } };

const AGENT = `
local adder = agent.create({
  model = "openai/gpt-4o", memory = false,
  tools = { { name = "add", parameters = { a = { type = "number" }, b = { type = "number" } }, execute = function(args) return args.a + args.b end } },
})
for i = 1, ${RUNS} do
  local answer = adder:run("How much is 1 and 2?")
  if tostring(answer) ~= "The sum is 3." then error("wrong answer: " .. tostring(answer)) end
end
return true`;

const MANY = `
const add = { name: "add", execute: (args) => args.a + args.b };
const runs = Array.from({ length: ${AGENTS} }, async () => {
  const adder = agent.create({ model: "openai/gpt-4o", memory: false, tools: [add] });
  const answer = await adder.run("Add ${TOOL_CALLS} times.");
  agent.remove(adder);
  return answer.toolCalls.length;
});
const made = (await Promise.all(runs)).reduce((sum, count) => sum + count, 0);
if (made !== ${AGENTS * TOOL_CALLS}) throw new Error("wrong number of calls: " + made);
return true`;

/** The two requests that such an agent makes, by hand. */
const FIRST = {
  model: "gpt-4o",
  messages: [{ role: "user", content: "How much is 1 and 2?" }],
  tools: [{ type: "function", function: { name: "add", parameters: ADD } }],
};
interface Reply {
  choices: {
    message: { content: string | null; tool_calls?: { id: string; function: { arguments: string } }[] };
  }[];
}

/** CPU milliseconds of this process, all of its threads. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** CPU time of an agent with one tool against its two requests by `fetch`; memory of very many agents at once. */
export const agentsFigure: Figure = {
  name: "agents",
  title: "An agent with one tool over raw fetch; a thousand agents at once",
  async measure() {
    const { line: url, child } = await startChild("model-server.ts", ["agent", String(TOOL_CALLS)]);
    try {
      await using spells = await startSpells({
        models: { env: { OPENAI_API_KEY: "key", OPENAI_BASE_URL: `${url}/v1` } },
        limits: { hostBytes: 1e10, hostCalls: 1e9, concurrentCalls: 1e6, timeoutMs: 600_000, memoryBytes: 1e9 },
      });
      const post = async (body: object) => {
        const response = await fetch(`${url}/v1/chat/completions`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: "Bearer key" },
          body: JSON.stringify(body),
        });
        return ((await response.json()) as Reply).choices[0]?.message;
      };
      const byHand = async () => {
        const asked = await post(FIRST);
        const call = asked?.tool_calls?.[0];
        if (!asked || !call) throw new Error("no tool was called");
        const { a, b } = JSON.parse(call.function.arguments) as { a: number; b: number };
        const result = { role: "tool", tool_call_id: call.id, content: String(a + b) };
        const last = await post({ ...FIRST, messages: [...FIRST.messages, asked, result] });
        if (last?.content !== "The sum is 3.") throw new Error("wrong answer");
      };
      const samples = await alternate(
        {
          agent: async () => (await cpuOf(() => spells.run("lua", AGENT))) / RUNS,
          fetched: async () =>
            (await cpuOf(async () => {
              for (let run = 0; run < RUNS; run++) await byHand();
            })) / RUNS,
        },
        ROUNDS,
        WARM_UP,
      );
      const above = samples.agent.map((ms, index) => ms - (samples.fetched[index] ?? 0));
      for (let round = 0; round < SETTLING; round++) await spells.run("js", MANY);
      const growths: number[] = [];
      for (let round = 0; round < MANY_ROUNDS; round++) {
        const before = process.memoryUsage().rss;
        await spells.run("js", MANY);
        growths.push((process.memoryUsage().rss - before) / AGENTS / 1024);
      }
      return [
        {
          name: "an agent with one tool (two model calls) above raw fetch",
          value: median(above),
          unit: "ms",
          goal: 0.6,
          note: `${median(samples.agent).toFixed(2)} ms against ${median(samples.fetched).toFixed(2)} ms; quartiles ${spread(above)}`,
        },
        {
          name: `memory that stays per agent, ${AGENTS} at once with ${TOOL_CALLS} tool calls each`,
          value: Math.max(0, median(growths)),
          unit: "KB",
          note: `median growth of the process in ${MANY_ROUNDS} rounds after ${SETTLING} others; quartiles ${spread(growths)}`,
        },
      ];
    } finally {
      child.kill();
    }
  },
};
