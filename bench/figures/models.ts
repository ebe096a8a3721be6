import { startChild } from "../child.ts";
import type { Figure } from "../figure.ts";
import { alternate, median, ratios, spread } from "../sample.ts";
import { startSpells } from "../spells.ts";

const CALLS = 200;
const ROUNDS = 9;
const WARM_UP = 8;

const REQUEST = { model: "gpt-4o", messages: [{ role: "user", content: "Say something short." }] };

const COMPLETE = `
for i = 1, ${CALLS} do
  local answer = llm.complete("Say something short.", { model = "openai/gpt-4o" })
  if tostring(answer) ~= "A short answer." then error("wrong answer: " .. tostring(answer)) end
end
return true`;

const STREAM = `
local all = 0
for i = 1, ${CALLS / 4} do
  local chunks = 0
  llm.stream("Say something long.", { model = "openai/gpt-4o" }, function(chunk) chunks = chunks + 1 end)
  if chunks < 100 then error("only " .. chunks .. " chunks") end
end
return true`;

/** CPU milliseconds of this process, all of its threads. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** CPU time of model calls against the same requests made with `fetch`; the server is another process. */
export const modelsFigure: Figure = {
  name: "models",
  title: "CPU time of model calls over raw fetch, against a server on loopback",
  async measure() {
    const { line: url, child } = await startChild("model-server.ts", ["quick"]);
    try {
      await using spells = await startSpells({
        models: { env: { OPENAI_API_KEY: "key", OPENAI_BASE_URL: `${url}/v1` } },
        limits: { hostBytes: 1e10, hostCalls: 1e9 },
      });
      const post = (body: object) =>
        fetch(`${url}/v1/chat/completions`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: "Bearer key" },
          body: JSON.stringify(body),
        });
      const samples = await alternate(
        {
          complete: async () => (await cpuOf(() => spells.run("lua", COMPLETE))) / CALLS,
          fetched: async () =>
            (await cpuOf(async () => {
              for (let call = 0; call < CALLS; call++) {
                const { choices } = (await (await post(REQUEST)).json()) as {
                  choices: { message: { content: string } }[];
                };
                if (choices[0]?.message.content !== "A short answer.") throw new Error("wrong answer");
              }
            })) / CALLS,
          streamed: async () => (await cpuOf(() => spells.run("lua", STREAM))) / (CALLS / 4),
          read: async () =>
            (await cpuOf(async () => {
              for (let call = 0; call < CALLS / 4; call++) {
                if ((await readStream(await post({ ...REQUEST, stream: true }))) < 100)
                  throw new Error("chunks are missing");
              }
            })) /
            (CALLS / 4),
        },
        ROUNDS,
        WARM_UP,
      );
      const above = samples.complete.map((ms, index) => ms - (samples.fetched[index] ?? 0));
      const over = ratios(samples.streamed, samples.read);
      return [
        {
          name: "`llm.complete` above raw fetch",
          value: median(above),
          unit: "ms",
          goal: 0.25,
          note: `${median(samples.complete).toFixed(2)} ms against ${median(samples.fetched).toFixed(2)} ms; quartiles ${spread(above)}`,
        },
        {
          name: "`llm.stream` of 100 chunks over raw fetch",
          value: median(over),
          unit: "x",
          goal: 1.5,
          note: `${median(samples.streamed).toFixed(2)} ms over ${median(samples.read).toFixed(2)} ms; quartiles ${spread(over)}; raw: lines split, JSON parsed, nothing else`,
        },
      ];
    } finally {
      child.kill();
    }
  },
};

/** What a client written by hand does with a stream of events: splits lines, parses JSON, adds up the text. Answers the number of chunks with text. */
async function readStream(response: Response): Promise<number> {
  if (!response.body) throw new Error("the stream has no body");
  let rest = "";
  let text = "";
  let chunks = 0;
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("data: ") || line === "data: [DONE]") continue;
      const event = JSON.parse(line.slice(6)) as { choices: { delta: { content?: string } }[] };
      const piece = event.choices[0]?.delta.content;
      if (!piece) continue;
      text += piece;
      chunks += 1;
    }
  }
  return text === "" ? 0 : chunks;
}
