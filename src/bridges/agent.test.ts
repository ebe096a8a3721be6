import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Models } from "../models/models.ts";
import { createBridgeHarness, type BridgeHarness, type BridgeHarnessOptions } from "../testing/bridge-harness.ts";
import { type ModelServer, startModelServer } from "../testing/model-server.ts";
import { type ScriptedAnswer, scriptedAnswers } from "../testing/scripted-answers.ts";
import type { Handle, ScriptValue, TextValue } from "../values/script-value.ts";
import { agentBridge } from "./agent.ts";
import type { AgentResultData } from "./agent-result-schemas.ts";
import { approvalBridge } from "./approval.ts";
import { llmBridge } from "./llm.ts";
import { stateBridge } from "./state.ts";
import { timeBridge } from "./time.ts";
import { toolsBridge } from "./tools.ts";

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
beforeEach(() => {
  server.calls.length = 0;
});
afterAll(() => server.close());

const call = (name: string, args: unknown = {}) => ({ name, arguments: args });
const uses = (...toolCalls: { name: string; arguments: unknown }[]): ScriptedAnswer => ({ toolCalls });

function start(answers: readonly ScriptedAnswer[], options: BridgeHarnessOptions = {}): BridgeHarness {
  server.respond(scriptedAnswers(answers));
  return createBridgeHarness([agentBridge, llmBridge, toolsBridge, stateBridge, approvalBridge, timeBridge], {
    ...options,
    services: {
      models: () =>
        new Models({
          config: {
            providers: { openai: { apiKey: "k", baseUrl: server.url, protocol: "chat" } as never },
            ollamaProbe: false,
            defaultModel: "openai/gpt-4o",
          },
          retry: { retries: 0 },
        }),
      ...options.services,
    },
  });
}

const create = (harness: BridgeHarness, config: object) => harness.call("agent.create", [config]) as Handle;

async function run(harness: BridgeHarness, agent: Handle, input: unknown = "go", options?: object) {
  const answer = (await harness.call("agent.run", [agent, input, options])) as TextValue;
  return answer.fields as unknown as AgentResultData;
}

/** The messages of a request, as the server got them. */
const sent = (number: number) => server.calls[number - 1]?.body.messages ?? [];
const contents = (number: number) => sent(number).map(({ role, content }) => `${role}: ${String(content)}`);

const noop = { name: "noop", execute: () => "done" };

describe("the tool loop", () => {
  it("carries out all calls of an answer at once and shows the results in their order", async () => {
    const order: string[] = [];
    let release: () => void = () => undefined;
    const slowWaits = new Promise<void>((resolve) => (release = resolve));
    const harness = start([uses(call("slow"), call("fast")), "both"]);
    const agent = create(harness, {
      tools: [
        {
          name: "slow",
          execute: async () => {
            await slowWaits;
            order.push("slow");
            return "s";
          },
        },
        {
          name: "fast",
          execute: () => {
            order.push("fast");
            release();
            return "f";
          },
        },
      ],
    });
    const result = await run(harness, agent);
    expect(result.text).toBe("both");
    expect(order).toEqual(["fast", "slow"]);
    expect(result.toolCalls.map(({ name, result: value }) => [name, value])).toEqual([
      ["slow", "s"],
      ["fast", "f"],
    ]);
    expect(contents(2).slice(-2)).toEqual(["tool: s", "tool: f"]);
  });

  it("tells the model of an unknown tool, wrong arguments and a tool that fails, and goes on", async () => {
    const harness = start([
      uses(call("ad", { a: 1 })),
      uses(call("add", { a: "one" })),
      uses(call("add", { a: 13 })),
      uses(call("add", { a: 1 })),
      "2",
    ]);
    const add = {
      name: "add",
      parameters: { a: { type: "number", required: true } },
      execute: ({ a }: { a: number }) => {
        if (a === 13) throw new Error("unlucky");
        return a + 1;
      },
    };
    const result = await run(harness, create(harness, { tools: [add] }));
    expect(result.toolCalls.map(({ code }) => code)).toEqual([
      "tool.unknown",
      "tool.invalid_arguments",
      "tool.failed",
      undefined,
    ]);
    expect(contents(2).at(-1)).toContain('There is no tool \\"ad\\". The tools are: add.');
    expect(contents(3).at(-1)).toContain("tool.invalid_arguments");
    expect(contents(4).at(-1)).toContain("unlucky");
    expect(result.toolCalls[3]?.result).toBe(2);
    expect(result.text).toBe("2");
  });

  it("mends arguments that are no JSON object by asking again, and gives up after `repairs` rounds", async () => {
    const harness = start([uses(call("noop", "[1")), uses(call("noop", {})), "mended"]);
    const agent = create(harness, { tools: [noop] });
    expect((await run(harness, agent)).text).toBe("mended");
    expect(contents(2).at(-1)).toContain('Your call of the tool "noop" had arguments that are no JSON object: [1');

    server.respond(() => ({ toolCalls: [call("noop", "[1")] }));
    const failed = await harness.fail("agent.run", [agent, "again", { repairs: 1 }]);
    expect(failed.code).toBe("provider.bad_reply");
  });

  it("lets a model that keeps making wrong calls answer without tools", async () => {
    const wrong = uses(call("nothing"));
    const harness = start([wrong, wrong, wrong, "I give up."]);
    const result = await run(harness, create(harness, { tools: [noop], repairs: 2 }));
    expect(result).toMatchObject({ text: "I give up.", finishReason: "max_repairs" });
    expect(server.calls[3]?.body.tool_choice).toBe("none");
  });

  it("ends an endless loop at maxSteps with an answer without tools", async () => {
    const harness = start([]);
    server.respond(({ body }) => (body.tool_choice === "none" ? { text: "enough" } : { toolCalls: [call("noop")] }));
    const result = await run(harness, create(harness, { tools: [noop], maxSteps: 3 }));
    expect(result).toMatchObject({ text: "enough", finishReason: "max_steps" });
    expect(result.toolCalls).toHaveLength(3);
    expect(server.calls).toHaveLength(4);
    expect(contents(4).at(-1)).toContain("The limit of 3 steps is reached");
  });

  it("ends also where a model calls tools that it was not offered", async () => {
    const harness = start([]);
    server.respond({ text: "still", toolCalls: [call("noop")] });
    const result = await run(harness, create(harness, { tools: [noop], maxSteps: 2 }));
    expect(result).toMatchObject({ text: "still", finishReason: "max_steps" });
    expect(server.calls).toHaveLength(3);
  });

  it("carries out 64 calls of one answer and refuses the rest", async () => {
    let made = 0;
    const many = Array.from({ length: 70 }, () => call("count"));
    const harness = start([uses(...many), "ok"]);
    const count = { name: "count", execute: () => ++made };
    const result = await run(harness, create(harness, { tools: [count] }));
    expect(made).toBe(64);
    expect(result.toolCalls.filter(({ code }) => code === "tool.too_many")).toHaveLength(6);
  });

  it("tells calls apart that have the same id", async () => {
    const harness = start([
      {
        toolCalls: [
          { id: "x", ...call("noop") },
          { id: "x", ...call("noop") },
        ],
      },
      "ok",
    ]);
    const result = await run(harness, create(harness, { tools: [noop] }));
    expect(new Set(result.toolCalls.map(({ id }) => id)).size).toBe(2);
    expect(
      sent(2)
        .map((message) => (message as { tool_call_id?: string }).tool_call_id)
        .filter(Boolean),
    ).toHaveLength(2);
  });

  it("does not let hostile arguments reach a prototype", async () => {
    const seen: unknown[] = [];
    const harness = start([uses(call("look", '{"__proto__": {"admin": true}, "a": 1}')), "ok"]);
    const look = { name: "look", execute: (args: object) => (seen.push(Object.keys(args)), "x") };
    await run(harness, create(harness, { tools: [look] }));
    expect(seen).toEqual([["__proto__", "a"]]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it("cuts results that are too long for the model, and names results that are too large to cross", async () => {
    const harness = start([uses(call("long"), call("huge")), "ok"]);
    const agent = create(harness, {
      maxToolResult: 100,
      tools: [
        { name: "long", execute: () => "x".repeat(5000) },
        { name: "huge", execute: () => "y".repeat(100 * 1024 * 1024) },
      ],
    });
    const result = await run(harness, agent);
    const [long, huge] = result.toolCalls;
    expect(long).toMatchObject({
      isError: false,
      result: expect.stringMatching(/^x{100}\n\[tool.result_too_large: the result of long has 5000/) as string,
    });
    expect(huge).toMatchObject({ isError: true, code: expect.stringMatching(/too_large/) as string });
    expect(JSON.stringify(server.calls[1]?.body).length).toBeLessThan(5000);
  });

  it("asks again after an empty answer", async () => {
    const harness = start([{ text: "" }, uses(call("noop")), { text: "" }, "there"]);
    const result = await run(harness, create(harness, { tools: [noop] }));
    expect(result.text).toBe("there");
    expect(contents(2).at(-1)).toContain("Your answer was empty");
    expect(contents(4).filter((line) => line === "assistant: ")).toEqual([]);
  });

  it("ends with what was said before where all further answers are empty", async () => {
    const harness = start([]);
    let asked = 0;
    server.respond(() => (++asked === 1 ? { text: "First, this.", toolCalls: [call("noop")] } : { text: "" }));
    const result = await run(harness, create(harness, { tools: [noop] }));
    expect(result.text).toBe("First, this.");
    expect(asked).toBe(4);
  });

  it("demands a call in the first step alone where toolChoice does", async () => {
    const harness = start([uses(call("noop")), "ok"]);
    await run(harness, create(harness, { tools: [noop], toolChoice: "required" }));
    expect(server.calls.map(({ body }) => body.tool_choice)).toEqual(["required", "auto"]);
  });

  it("finds tools that were registered after the agent, and names those that are not there", async () => {
    const harness = start([uses(call("late")), "ok"]);
    const agent = create(harness, { name: "ada", tools: ["late"] });
    const missing = await harness.fail("agent.run", [agent, "go"]);
    expect(missing).toMatchObject({
      code: "tool.unknown",
      message: 'the agent "ada" uses the tool "late", which is not there',
    });
    harness.call("tools.create", [{ name: "late", execute: () => "now" }]);
    expect((await run(harness, agent)).toolCalls[0]?.result).toBe("now");
  });

  it("refuses two tools of one name", async () => {
    const harness = start([]);
    const agent = create(harness, { tools: [noop, noop] });
    expect((await harness.fail("agent.run", [agent, "go"])).message).toContain('two tools named "noop"');
  });
});

describe("streams", () => {
  it("begin a step anew that broke off, and say so", async () => {
    const harness = start([{ text: "one two three four", cutAfter: 3, chunkDelayMs: 5 }, "one two"]);
    const events: string[] = [];
    const agent = create(harness, {});
    const answer = (await harness.call("agent.stream", [
      agent,
      "count",
      (text: string, event: { type: string }) => void events.push(event.type === "text" ? text : event.type),
    ])) as TextValue;
    expect(answer.text).toBe("one two");
    expect(events.filter((event) => event === "retry")).toHaveLength(1);
    expect(events.slice(events.indexOf("retry") + 1).join("")).toBe("one twostep");
  });

  it("fail once `retries` are used up, and leave the conversation as it was", async () => {
    const harness = start([]);
    server.respond({ text: "one two three four", cutAfter: 3, chunkDelayMs: 5 });
    const agent = create(harness, { retries: 1 });
    const failed = await harness.fail("agent.stream", [agent, "count", () => null]);
    expect(failed.code).toBe("provider.network");
    expect(server.calls).toHaveLength(2);
    expect(harness.call("agent.conversation", [agent])).toEqual([]);
    expect(harness.call("agent.metrics", [agent])).toMatchObject({ runs: 1, failed: 1 });
    expect(harness.call("agent.history", [agent])).toMatchObject([{ input: "count", error: "provider.network" }]);
  });
});

describe("limits of a run", () => {
  const endless = () => server.respond({ text: "more", toolCalls: [call("noop")], usage: { input: 60, output: 40 } });

  it("end it when the tokens are used up", async () => {
    const harness = start([]);
    endless();
    const result = await run(harness, create(harness, { tools: [noop], budget: { tokens: 250 } }));
    expect(result).toMatchObject({ finishReason: "budget", text: "more", usage: { totalTokens: 300 } });
  });

  it("end it when the money is spent", async () => {
    const harness = start([]);
    endless();
    const result = await run(harness, create(harness, { tools: [noop], budget: { cost: 0.001 } }));
    expect(result).toMatchObject({ finishReason: "budget" });
    expect(result.cost).toBeGreaterThanOrEqual(0.001);
    expect(result.steps).toHaveLength(2);
  });

  it("end it when its time is up, by the run's clock", async () => {
    let now = 1_000_000;
    const harness = start([], { now: () => now });
    endless();
    const slow = { name: "noop", execute: () => ((now += 400), "x") };
    const result = await run(harness, create(harness, { tools: [slow], timeoutMs: 1000 }));
    expect(result).toMatchObject({ finishReason: "timeout", durationMs: 1200 });
    expect(result.steps).toHaveLength(3);
  });

  it("cut a tool off when the agent's time is up", async () => {
    // However long the model takes to ask for the tool: what is left then is 50 ms.
    let late = 0;
    const harness = start([], { now: () => 1_000_000 + (server.calls.length > 0 ? 59_950 : 0) + late });
    endless();
    let waited: AbortSignal | undefined;
    const slow = () => {
      late = 5000;
      const { promise, reject } = Promise.withResolvers();
      waited = AbortSignal.timeout(20_000);
      waited.addEventListener("abort", () => reject(new Error("waited too long")));
      return promise;
    };
    const result = await run(harness, create(harness, { tools: [{ name: "noop", execute: slow }], timeoutMs: 60_000 }));
    expect(result).toMatchObject({ finishReason: "timeout", toolCalls: [{ isError: true, code: "tool.timeout" }] });
    expect(waited?.aborted).toBe(false);
  });

  it.each([
    ["the name of a tool", "noop"],
    ["a text", "more"],
    ["an object", { tool: "noop" }],
    ["a function", (step: { toolCalls: unknown[] }) => step.toolCalls.length > 0],
  ])("end it at a stop condition: %s", async (_, stopWhen) => {
    const harness = start([]);
    endless();
    const result = await run(harness, create(harness, { tools: [noop], stopWhen }));
    expect(result).toMatchObject({ finishReason: "stop_when" });
    expect(server.calls).toHaveLength(1);
  });
});

describe("structured output", () => {
  const output = { name: "string", age: { type: "integer" } };

  it("is validated, and corrected by the model", async () => {
    const harness = start(["{name: 'Ada', age: 'old'}", '```json\n{"name": "Ada", "age": 36,}\n```']);
    const result = await run(harness, create(harness, { output }));
    expect(result.object).toEqual({ name: "Ada", age: 36 });
    expect(contents(2).at(-1)).toContain("/age");
    expect(server.calls[0]?.body.response_format).toBeDefined();
  });

  it("is asked for in words beside tools", async () => {
    const harness = start([uses(call("noop")), '{"name": "Ada", "age": 36}']);
    const result = await run(harness, create(harness, { output, tools: [noop], system: "S" }));
    expect(result.object).toEqual({ name: "Ada", age: 36 });
    expect(contents(1)[0]).toMatch(/^system: S\n\nWhen you are done, answer with one JSON value/);
    expect(server.calls[0]?.body.response_format).toBeUndefined();
  });

  it("fails by name when no answer fits", async () => {
    const harness = start(["no", "no", "no"]);
    const failed = await harness.fail("agent.run", [create(harness, { output }), "go"]);
    expect(failed).toMatchObject({ code: "provider.no_object", details: { rounds: 3, text: "no" } });
  });

  it("falls back to words where a server refuses the format", async () => {
    const harness = start([
      { status: 400, body: { error: { message: "response_format is not supported" } } },
      '{"name": "Ada", "age": 36}',
    ]);
    expect((await run(harness, create(harness, { output }))).object).toEqual({ name: "Ada", age: 36 });
    expect(contents(2)[0]).toContain("JSON Schema");
  });
});

describe("the conversation", () => {
  it("goes on from run to run, in whole turns, also when runs overlap", async () => {
    const harness = start([]);
    const answered = Promise.withResolvers<null>();
    server.respond(async ({ prompt }) => {
      if (prompt === "a?") await answered.promise;
      return { text: prompt.replace("?", "!") };
    });
    const agent = create(harness, {});
    const first = run(harness, agent, "a?");
    await run(harness, agent, "b?");
    answered.resolve(null);
    await first;
    await run(harness, agent, "c?");
    expect(contents(3)).toEqual(["user: b?", "assistant: b!", "user: a?", "assistant: a!", "user: c?"]);
  });

  it("is kept out of runs that ask for it, and of agents without a memory", async () => {
    const harness = start(["1", "2", "3"]);
    const agent = create(harness, {});
    await run(harness, agent, "a");
    await run(harness, agent, "b", { conversation: false });
    expect(contents(2)).toEqual(["user: b"]);
    const forgetful = create(harness, { memory: false });
    await run(harness, forgetful, "c");
    expect(harness.call("agent.conversation", [forgetful])).toEqual([]);
  });

  it("shows the model the latest messages alone, never a result without its call", async () => {
    const harness = start([uses(call("noop")), "1", "2", "3"]);
    const agent = create(harness, { tools: [noop], memory: { maxMessages: 3 } });
    await run(harness, agent, "a");
    expect(contents(2)).toEqual(["user: a", expect.stringContaining("assistant"), "tool: done"]);
    await run(harness, agent, "b");
    expect(contents(3)).toEqual(["assistant: 1", "user: b"]);
    await run(harness, agent, "c");
    expect(contents(4)).toEqual(["user: b", "assistant: 2", "user: c"].slice(-3));
  });

  it("is summed up by the model where that is wanted, and what it costs counts", async () => {
    const harness = start(["1", "2", { when: "The conversation:\nuser: a", text: "They said a." }, "3", "4"]);
    const agent = create(harness, { memory: { maxMessages: 4, summarize: true }, system: "S" });
    await run(harness, agent, "a");
    await run(harness, agent, "b");
    const third = await run(harness, agent, "c");
    expect(third.usage.totalTokens).toBe(30);
    expect(contents(4)).toEqual([
      "system: S",
      "system: Summary of the conversation so far:\nThey said a.",
      "assistant: 2",
      "user: c",
    ]);
    await run(harness, agent, "d");
    expect(contents(5)[1]).toContain("They said a.");
    expect(server.calls).toHaveLength(5);
  });
});

describe("agents that work together", () => {
  it("hand over in chains, with the whole conversation, until the limit", async () => {
    const harness = start([]);
    server.respond(({ body }) => {
      const [system] = body.messages ?? [];
      const other = system?.content === "A" ? "b" : "a";
      const refused = JSON.stringify(body).includes("No further handoff");
      return refused ? { text: "I stay." } : { toolCalls: [call(`transfer_to_${other}`)] };
    });
    const a = create(harness, { name: "a", system: "A", handoffs: ["b"] });
    create(harness, { name: "b", system: "B", handoffs: ["a"] });
    const result = await run(harness, a, "go", { maxHandoffs: 3 });
    expect(result.handoffs.map(({ from, to }) => `${from}>${to}`)).toEqual(["a>b", "b>a", "a>b"]);
    expect(result).toMatchObject({ text: "I stay.", agent: "b", agentId: "a" });
    expect(result.steps.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    expect(result.usage.totalTokens).toBe(75);
    expect(contents(4).slice(0, 2)).toEqual(["system: B", "user: go"]);
    expect(harness.call("agent.conversation", [a])).toHaveLength(10);
  });

  it("do not ask each other without end: what asks besides is cancelled", async () => {
    const harness = start([]);
    const again = (index: number) => ({ ...call("loop", { input: "again" }), id: `c${index}` });
    server.respond({ toolCalls: [again(1), again(2), again(3)] });
    const loop = create(harness, { name: "loop", subAgents: ["loop"] });
    const failed = await run(harness, loop).then(undefined, (error: unknown) => error);
    expect(failed).toMatchObject({
      code: "agent.too_deep",
      message: "agents ask each other too deep: loop -> loop -> loop -> loop",
    });
    expect(server.calls.length).toBeLessThanOrEqual(13);
  });

  it("work within what is left to the one that asks", async () => {
    const harness = start([uses(call("helper", { input: "x" }))]);
    server.respond(({ body }) =>
      body.messages?.[0]?.content === "H"
        ? { toolCalls: [call("noop")], usage: { input: 50, output: 50 } }
        : { toolCalls: [call("helper", { input: "x" })], usage: { input: 50, output: 50 } },
    );
    create(harness, { name: "helper", system: "H", tools: [noop] });
    const lead = create(harness, { subAgents: ["helper"], budget: { tokens: 350 } });
    const result = await run(harness, lead);
    expect(result).toMatchObject({ finishReason: "budget", usage: { totalTokens: 400 } });
  });

  it("name the one that is not there", async () => {
    const harness = start([]);
    const lead = create(harness, { subAgents: ["helpr"] });
    create(harness, { name: "helper" });
    expect(await harness.fail("agent.run", [lead, "go"])).toMatchObject({
      code: "agent.unknown",
      hint: 'Did you mean "helper"?',
    });
  });
});

describe("approval", () => {
  const person = (answers: boolean[]) => {
    const asked: unknown[] = [];
    const ask = async (question: unknown) => {
      asked.push(question);
      return { approved: answers.shift() ?? false, answer: "", by: "test" };
    };
    return { asked, services: { people: () => ({ ask }) } };
  };
  const write = { name: "write", execute: () => "written" };

  it("is asked for before a call, and a refusal is told to the model", async () => {
    const { asked, services } = person([true, false]);
    const harness = start([uses(call("write", { n: 1 }), call("write", { n: 2 }), call("noop")), "ok"], { services });
    const agent = create(harness, { name: "ada", tools: [write, noop], requireApproval: ["write"] });
    const result = await run(harness, agent);
    const title = `The agent "ada" wants to run the tool "write".`;
    const about = (n: number) => ({ title, details: { tool: "write", arguments: { n } } });
    expect(asked).toMatchObject([about(1), about(2)]);
    expect(result.toolCalls.map(({ isError, code }) => code ?? isError)).toEqual([false, "approval.refused", false]);
    expect(contents(2).join("\n")).toContain("A person did not allow this call of write");
  });

  it("is asked for once for tools that want it themselves, and never with requireApproval false", async () => {
    const { asked, services } = person([true, true]);
    const answers = [uses(call("write")), "ok", uses(call("write")), "ok", uses(call("write")), "ok"];
    const harness = start(answers, { services });
    const tools = [{ ...write, requiresConfirmation: true }];
    for (const requireApproval of [undefined, true, false]) {
      const result = await run(harness, create(harness, { tools, requireApproval }));
      expect(result.toolCalls[0]?.result).toBe("written");
    }
    expect(asked).toHaveLength(2);
  });

  it("is asked for before destructive tools alone with requireApproval destructive", async () => {
    const { asked, services } = person([false]);
    const answers = [uses(call("write")), "ok", uses(call("write"), call("noop")), "ok"];
    const harness = start(answers, { services });
    const tools = [{ ...write, destructive: true }, noop];
    const unasked = await run(harness, create(harness, { tools }));
    expect([unasked.toolCalls[0]?.result, asked.length]).toEqual(["written", 0]);
    const result = await run(harness, create(harness, { tools, requireApproval: "destructive" }));
    expect(result.toolCalls.map(({ code, result: value }) => code ?? value)).toEqual(["approval.refused", "done"]);
    expect(asked).toMatchObject([{ title: expect.stringContaining('"write"') as unknown }]);
  });

  it("is asked for where a function says so", async () => {
    const { asked, services } = person([true]);
    const harness = start([uses(call("write", { n: 1 }), call("write", { n: 9 })), "ok"], { services });
    const requireApproval = (toolCall: { arguments: { n: number } }) => toolCall.arguments.n > 5;
    await run(harness, create(harness, { tools: [write], requireApproval }));
    expect(asked).toMatchObject([{ details: { arguments: { n: 9 } } }]);
  });
});

describe("guardrails of one agent", () => {
  const guarded = [
    { check: "pii", action: "redact" },
    { name: "no-bomb", on: "tool", check: (value: unknown) => !JSON.stringify(value).includes("bomb") || "no bombs" },
  ];

  it("stand around its models and tools alone, streaming too", async () => {
    const answers = ["of a@b.example", uses(call("write", { n: "bomb" })), "ok", "to c@d.example", "other e@f.example"];
    const harness = start(answers);
    let ran = 0;
    const write = { name: "write", execute: () => ++ran };
    const agent = create(harness, { tools: [write], guardrails: guarded });
    expect((await run(harness, agent, "I am me@home.example")).text).toBe("of [redacted:email]");
    expect(contents(1)).toEqual(["user: I am [redacted:email]"]);
    const refused = await run(harness, agent);
    expect(refused.toolCalls).toMatchObject([{ isError: true, code: "guardrail.violated" }]);
    expect(ran).toBe(0);
    let streamed = "";
    await harness.call("agent.stream", [agent, "go", (text: string) => void (streamed += text)]);
    expect(streamed).toBe("to [redacted:email]");
    expect((await run(harness, create(harness, {}), "I am me@home.example")).text).toBe("other e@f.example");
    expect(contents(5)).toEqual(["user: I am me@home.example"]);
  });

  it("block what it is asked, and go with its clones", async () => {
    const harness = start(["never"]);
    const guardrails = [{ name: "short", on: "input", check: (value: string) => value.length < 5 || "too long" }];
    const agent = create(harness, { guardrails });
    const clone = harness.call("agent.clone", [agent]) as Handle;
    for (const each of [agent, clone])
      expect(await harness.fail("agent.run", [each, "a long story"])).toMatchObject({
        code: "guardrail.violated",
        details: { guardrail: "short", stage: "input" },
      });
    expect(server.calls).toHaveLength(0);
  });

  it("ask models within the run that they guard", async () => {
    const harness = start(["fine", "No.", "hello"]);
    const asks = async () => (await harness.call("llm.complete", ["is it fine?"])) !== undefined;
    const guardrails = [
      { name: "own", on: "input", check: asks },
      { check: "promptInjection", on: "input", options: { model: true } },
    ];
    expect((await run(harness, create(harness, { guardrails }))).text).toBe("hello");
    expect(askedBy(harness)).toEqual(Array.from({ length: 3 }, () => "/agent.perform/llm.generate"));
  });

  it("are checked when the agent is made", async () => {
    const harness = start([]);
    const bad = { check: () => true, action: "redact" };
    expect((await harness.fail("agent.create", [{ guardrails: [bad] }])).message).toContain("cannot redact");
    expect((await harness.fail("agent.create", [{ guardrails: ["nothing"] }])).code).toBe("input.invalid");
    expect(harness.liveFunctions()).toBe(0);
  });
});

describe("a removed agent", () => {
  const withFunctions = () => ({
    tools: [{ name: "noop", execute: () => "done" }],
    hooks: { beforeAgentRun: () => null },
    guardrails: [{ check: () => true }],
    stopWhen: () => false,
    requireApproval: () => false,
  });

  it("gives its functions back, and cannot run again", async () => {
    const harness = start(["hi"]);
    const agent = create(harness, withFunctions());
    harness.call("agent.on", [agent, "finished", () => null]);
    await run(harness, agent);
    expect(harness.liveFunctions()).toBe(6);
    expect(harness.call("agent.remove", [agent])).toBe(true);
    expect(harness.liveFunctions()).toBe(0);
    for (const [method, args] of [
      ["agent.run", [agent, "go"]],
      ["agent.register", [agent]],
      ["agent.clone", [agent]],
    ] as const)
      expect((await harness.fail(method, args)).message).toContain("was removed, and its functions with it");
  });

  it("gives them back when its runs have ended, and leaves clones what they share", async () => {
    const harness = start([uses(call("noop")), "done", uses(call("noop")), "done too"]);
    const tools = [{ name: "noop", execute: () => "kept" }];
    const agent = create(harness, { id: "first", tools });
    const clone = harness.call("agent.clone", [agent]) as Handle;
    const running = run(harness, agent);
    harness.call("agent.remove", ["first"]);
    expect(harness.liveFunctions()).toBe(1);
    expect((await running).toolCalls).toMatchObject([{ result: "kept" }]);
    expect(harness.liveFunctions()).toBe(1);
    expect((await run(harness, clone)).toolCalls).toMatchObject([{ result: "kept" }]);
    harness.call("agent.removeTool", [clone, "noop"]);
    expect(harness.liveFunctions()).toBe(0);
  });
});

describe("hooks of one agent", () => {
  it("stand around its runs, models and tools alone", async () => {
    const harness = start([uses(call("write", { n: 1 }), call("noop")), "plain", "other"]);
    const seen: string[] = [];
    const hooks = {
      beforeAgentRun: (_: unknown, name: string, input: string) => (seen.push(`run ${name}`), `${input}!`),
      beforeGenerate: (_: unknown, request: { temperature?: number }) => ({ ...request, temperature: 0.5 }),
      beforeToolCall: (_: unknown, name: string) => (name === "write" ? { block: "not today" } : null),
      afterToolCall: (_: unknown, name: string, __: unknown, output: string) => `${name}:${output}`,
    };
    const write = { name: "write", execute: () => seen.push("written") };
    const result = await run(harness, create(harness, { name: "ada", tools: [write, noop], hooks }));
    expect(contents(1)).toEqual(["user: go!"]);
    expect(server.calls[0]?.body.temperature).toBe(0.5);
    expect(result.toolCalls.map(({ isError, result: value }) => [isError, value])).toEqual([
      [true, expect.stringContaining("not today")],
      [false, "noop:done"],
    ]);
    expect(seen).toEqual(["run ada"]);
    await run(harness, create(harness, {}), "go");
    expect(contents(3)).toEqual(["user: go"]);
    expect(server.calls[2]?.body.temperature).toBeUndefined();
  });
});

describe("a replay", () => {
  const script = async (harness: BridgeHarness, memory: object | boolean = true): Promise<unknown> => {
    let made = 0;
    const agent = create(harness, { tools: [{ name: "count", execute: () => ++made }], memory, timeoutMs: 60_000 });
    const { text, toolCalls, usage, durationMs } = await run(harness, agent, "go");
    return { text, toolCalls, usage, durationMs, made, history: harness.call("agent.history", [agent]) as ScriptValue };
  };

  it("makes the same run again without asking the model", async () => {
    const now = () => 1_000_000;
    const harness = start([uses(call("count"), call("count")), uses(call("count")), "so far", "three"], { now });
    const memory = { maxMessages: 4, summarize: true };
    const first = await script(harness, memory);
    const asked = server.calls.length;
    expect(asked).toBe(4);
    expect(await script(harness.replay(), memory)).toEqual(first);
    expect(server.calls).toHaveLength(asked);
  });

  it("goes on from the middle with the calls that were not finished", async () => {
    const harness = start([uses(call("count")), uses(call("count")), "two"]);
    const first = await script(harness);
    const whole = harness.journal();
    const asked = whole.filter((entry) => entry.type === "started" && entry.method === "llm.generate");
    expect(asked).toHaveLength(3);
    // The run is lost after its second answer, before its third request.
    const cut = whole.findIndex((entry) => entry === asked[2]);
    server.calls.length = 0;
    server.respond({ text: "two" });
    expect(await script(harness.replay({ replay: whole.slice(0, cut) }))).toMatchObject({
      text: (first as { text: string }).text,
      made: 2,
    });
    expect(server.calls).toHaveLength(1);
  });

  it("has the calls of an agent below its own entry", async () => {
    const harness = start([uses(call("poet", { input: "x" })), "rose", "a rose"]);
    create(harness, { name: "poet" });
    await run(harness, create(harness, { name: "lead", subAgents: ["poet"] }));
    expect(askedBy(harness).map((each) => each.replace("/tools.perform", ""))).toEqual([
      "/agent.perform/llm.generate",
      "/agent.perform/agent.perform/llm.generate",
      "/agent.perform/llm.generate",
    ]);
  });
});

/** Where each call of a model stands in the journal. */
function askedBy(harness: BridgeHarness): string[] {
  const started = harness.journal().flatMap((entry) => (entry.type === "started" ? [entry] : []));
  const path = (seq: number): string => {
    const entry = started.find((each) => each.seq === seq);
    return entry ? `${path(entry.parent)}/${entry.method}` : "";
  };
  return started.filter(({ method }) => method === "llm.generate").map(({ seq }) => path(seq));
}

it("a hundred agents at once, with five tool calls each, all come to their end", async () => {
  const harness = start([], { limits: { hostCalls: 100_000, hostBytes: 512 * 1024 * 1024 } });
  server.respond(({ body }) => ((body.messages?.length ?? 0) < 10 ? { toolCalls: [call("noop")] } : { text: "done" }));
  const agents = Array.from({ length: 100 }, () => create(harness, { tools: [noop], memory: false }));
  const results = await Promise.all(agents.map((agent) => run(harness, agent)));
  expect(results.every(({ text, toolCalls }) => text === "done" && toolCalls.length === 5)).toBe(true);
  expect(server.calls).toHaveLength(600);
});
