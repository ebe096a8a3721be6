import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Models } from "../models.ts";
import { cosineSimilarity } from "../similarity.ts";
import { compileSchema } from "../../schemas/compile-schema.ts";
import type { JsonSchema } from "../../schemas/json-schema.ts";
import type { ModelMessage, ModelRequest } from "../types.ts";
import { OFFLINE_NOTICE } from "./answer.ts";
import { fillSchema } from "./fill-schema.ts";
import { readTask } from "./read-prompt.ts";
import { samplePattern } from "./sample-pattern.ts";

const models = new Models({ config: { providers: {}, ollamaProbe: false } });
const user = (content: string): ModelMessage => ({ role: "user", content });
const ask = (prompt: string, extra: Partial<ModelRequest> = {}) =>
  models.generate({ messages: [user(prompt)], ...extra });
const fill = async (prompt: string, schema: JsonSchema): Promise<unknown> =>
  (await models.generateObject({ messages: [user(prompt)], schema })).value;

const TIDAL =
  "Tidal energy turns the movement of tides into electricity. It is more predictable than wind and solar power. " +
  "The first large tidal plant, the Rance station in France, opened in 1966. High costs and few sites have limited its use.";

describe("the offline model", () => {
  it("names itself and gives the same answer every time", async () => {
    const first = await ask("Explain tides");
    const second = await ask("Explain tides");
    expect(first).toMatchObject({ model: "offline", provider: "offline", cost: 0, finishReason: "stop" });
    expect(second.text).toBe(first.text);
    expect(first.usage.totalTokens).toBeGreaterThan(10);
  });

  it("says that it knows nothing where the prompt gives nothing to go on", async () => {
    const { text } = await ask("Explain quantum computing in simple terms");
    expect(text).toContain('"quantum computing"');
    expect(text).toContain(OFFLINE_NOTICE);
  });

  it("answers a question with the sentence that holds the answer", async () => {
    const { text } = await ask(`Context: ${TIDAL}\n\nQuestion: When did the first plant open?`);
    expect(text).toBe("The first large tidal plant, the Rance station in France, opened in 1966.");
  });

  it.each([
    ["Summarize in two sentences", (text: string) => text.match(/[.!?](\s|$)/g)?.length === 2],
    ["Give me 3 keywords for this", (text: string) => text.split(", ").length === 3],
    ["List two facts from this text", (text: string) => text.split("\n").length === 2 && text.startsWith("- ")],
    ["Summarize in at most 10 words", (text: string) => text.split(" ").length <= 10],
  ])("keeps to the wished form: %s", async (wish, holds) => {
    const { text } = await ask(`${wish}:\n\n${TIDAL}`);
    expect(holds(text)).toBe(true);
    for (const word of text.toLowerCase().match(/[a-z]{4,}/g) ?? []) expect(TIDAL.toLowerCase()).toContain(word);
  });

  const NOTES =
    "Tidal energy is electricity made from the rise and fall of the sea. Tidal plants hold water back and let it out through turbines. " +
    "Everybody says of tidal energy two things: costs, and more costs. It costs much, in the sentences of experts.";

  it("says what a thing is, where that is asked, whatever form is wished for", async () => {
    const { text } = await ask(`Question: What is tidal energy? Answer in two sentences.\n\nNotes:\n${NOTES}`);
    expect(text).toBe(NOTES.slice(0, NOTES.indexOf(" Everybody")));
  });

  it("begins a summary with the text's beginning, not with its heading", async () => {
    const { text } = await ask(`Summarize in one sentence.\n\n# Tides\n\n${NOTES}`);
    expect(text).toBe("Tidal energy is electricity made from the rise and fall of the sea.");
  });

  it("does not say the same thing twice in a summary", async () => {
    const same = "The plant in France makes power from tides. Power is made from tides by the plant in France.";
    const { text } = await ask(`Summarize in two sentences.\n\n${same} Fishermen complain about the dam.`);
    expect(text).toBe("The plant in France makes power from tides. Fishermen complain about the dam.");
  });

  it("says so where a question has no answer in the prompt, and what is made from such an answer says so too", async () => {
    const first = (await ask("How does coffee farming work? Answer in two sentences.")).text;
    expect(first).toBe(`The prompt holds nothing that answers "How does coffee farming work?"\n${OFFLINE_NOTICE}`);
    const { text } = await ask(`Summarize in one sentence.\n\n${first}\n\n${first}`);
    expect(text).toBe(first);
  });

  it("takes note of a statement, and makes no subject of it", async () => {
    const { text } = await ask("My cat is called Tom and he sleeps.");
    expect(text).toContain("Noted: My cat is called Tom");
    expect(text).not.toContain("would cover");
  });

  it("remembers what was said before", async () => {
    const { text } = await models.generate({
      messages: [
        user("My dog is called Rex and he likes fish."),
        { role: "assistant", content: "Noted." },
        user("What does my dog like?"),
      ],
    });
    expect(text).toContain("Rex");
  });

  it("streams word by word what it would say at once", async () => {
    const texts: string[] = [];
    for await (const event of models.stream({ messages: [user("Explain tides")] }))
      if (event.type === "text") texts.push(event.text);
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.join("")).toBe((await ask("Explain tides")).text);
  });

  it("keeps to token limits and stop sequences", async () => {
    expect(await ask("Explain tides", { maxTokens: 8 })).toMatchObject({ finishReason: "length" });
    expect((await ask("Say exactly: one two STOP three", { stop: ["STOP"] })).text).toBe("one two ");
  });

  it("survives any prompt", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (prompt) => {
        expect(typeof (await ask(prompt)).text).toBe("string");
      }),
      { numRuns: 200 },
    );
  });

  it("does work in proportion to the prompt, hostile ones included", async () => {
    const pieces = [
      '"',
      " \n",
      "a:",
      "(",
      "1.",
      "1 ",
      "What ",
      "A b ",
      "\n- x",
      "name ",
      "age ",
      "question:",
      "'a ",
      "`",
    ];
    const person = {
      type: "object",
      properties: { name: { type: "string" }, age: { type: "integer" }, email: { type: "string", format: "email" } },
      required: ["name", "age", "email"],
    };
    // Processor time of this thread: what else the machine does counts for nothing.
    const work = async (repeats: number): Promise<number> => {
      const before = process.threadCpuUsage();
      for (const piece of pieces) {
        await fill(piece.repeat(repeats), person).catch(() => undefined);
        await ask(piece.repeat(repeats));
      }
      const { user, system } = process.threadCpuUsage(before);
      return user + system;
    };
    await work(1_000);
    const [few, many] = [await work(5_000), await work(40_000)];
    // Eight times the text: twice the share of eight for garbage and noise, where quadratic work would be 64.
    expect(many / few).toBeLessThan(16);
  });
});

const TOOLS = [
  {
    name: "calculator",
    description: "Evaluates an arithmetic expression",
    parameters: { type: "object", properties: { expression: { type: "string" } }, required: ["expression"] },
  },
  {
    name: "get_weather",
    description: "Current weather of a city",
    parameters: {
      type: "object",
      properties: { city: { type: "string" }, unit: { type: "string", enum: ["celsius", "fahrenheit"] } },
      required: ["city"],
    },
  },
  {
    name: "web_search",
    description: "Searches the web",
    parameters: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
  },
];

describe("tools of the offline model", () => {
  it.each([
    ["What is 25 * 4 + 10? Use the calculator.", "calculator", { expression: "25 * 4 + 10" }],
    ["calculate 12 divided by 4", "calculator", { expression: "12 / 4" }],
    ["What's the weather in Paris in celsius?", "get_weather", { city: "Paris", unit: "celsius" }],
    ['Use web_search to look for "tidal turbines"', "web_search", { query: "tidal turbines" }],
  ])("are called when asked for: %s", async (prompt, name, args) => {
    const response = await ask(prompt, { tools: TOOLS });
    expect(response).toMatchObject({ finishReason: "tool_calls", toolCalls: [{ name, arguments: args }], text: "" });
  });

  it.each(["Tell me about frogs", "Hello"])("are left alone when not: %s", async (prompt) => {
    expect((await ask(prompt, { tools: TOOLS })).toolCalls).toEqual([]);
  });

  it("follow toolChoice", async () => {
    expect(
      (await ask("Tell me about frogs", { tools: TOOLS, toolChoice: { tool: "web_search" } })).toolCalls,
    ).toMatchObject([{ name: "web_search", arguments: { query: "frogs" } }]);
    expect((await ask("Use the calculator for 1 + 1", { tools: TOOLS, toolChoice: "none" })).toolCalls).toEqual([]);
    expect((await ask("Tell me about frogs", { tools: TOOLS, toolChoice: "required" })).toolCalls.length).toBe(1);
  });

  it("are called once, and their result is the answer", async () => {
    const prompt = "What is 25 * 4 + 10? Use the calculator.";
    const first = await ask(prompt, { tools: TOOLS });
    const messages: ModelMessage[] = [
      user(prompt),
      first.message,
      { role: "tool", toolCallId: first.toolCalls[0]?.id as string, content: '{"result": 110}' },
    ];
    const second = await models.generate({ messages, tools: TOOLS });
    expect(second).toMatchObject({ finishReason: "stop", toolCalls: [] });
    expect(second.text).toContain("110");
    expect(second.text).toContain("calculator");
  });
});

describe("schemas for the offline model", () => {
  it("are filled with what the prompt says", async () => {
    const person = {
      type: "object",
      properties: {
        name: { type: "string" },
        age: { type: "integer" },
        email: { type: "string", format: "email" },
        city: { type: "string" },
      },
      required: ["name", "age", "email", "city"],
    };
    expect(
      await fill("Extract the person: Ada Lovelace, age 36, email ada@example.com, lives in London.", person),
    ).toEqual({
      name: "Ada Lovelace",
      age: 36,
      email: "ada@example.com",
      city: "London",
    });
    const order = {
      type: "object",
      properties: {
        total: { type: "number" },
        date: { type: "string", format: "date" },
        paid: { type: "boolean" },
        note: { type: ["string", "null"] },
      },
      required: ["total", "date", "paid"],
    };
    expect(await fill("Order: Total: 1,299.50; Date: 3 March 2025; Paid: yes", order)).toMatchObject({
      total: 1299.5,
      date: "2025-03-03",
      paid: true,
    });
  });

  it.each([
    ["Classify the sentiment: I love this phone, the battery is great!", "positive"],
    ["Classify the sentiment: terrible, it broke and I hate it", "negative"],
    ["Classify the sentiment: it is not good", "negative"],
    ["Classify the sentiment: it arrived on Tuesday", "neutral"],
  ])("pick the option that fits: %s", async (prompt, option) => {
    expect(await fill(prompt, { type: "string", enum: ["positive", "negative", "neutral"] })).toBe(option);
  });

  it("make lists of the right length from the text", async () => {
    const facts = await fill(`Extract facts:\n${TIDAL}`, {
      type: "array",
      items: { type: "string" },
      minItems: 2,
      maxItems: 2,
    });
    expect(facts).toHaveLength(2);
    for (const fact of facts as string[]) expect(TIDAL).toContain(fact);
  });

  it.each([
    { type: "array", minItems: 1e9, items: { type: "string" } },
    { type: "object", properties: { a: { type: "string", minLength: 2e9 } }, required: ["a"] },
  ])("are no larger than is of use: %j", async (schema) => {
    await expect(fill("x", schema)).rejects.toMatchObject({ code: "provider.no_object" });
  });

  it("leave out what is optional and unsaid", async () => {
    expect(
      await fill("Name: Ada", {
        type: "object",
        properties: { name: { type: "string" }, phone: { type: "integer" } },
        required: ["name"],
      }),
    ).toEqual({ name: "Ada" });
  });

  const awkward: JsonSchema[] = [
    { type: "string", pattern: "^[A-Z]{3}-\\d{4}$" },
    { type: "string", minLength: 50, maxLength: 55 },
    { type: "integer", minimum: 7, maximum: 20, multipleOf: 5 },
    { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
    { type: "array", items: { type: "integer" }, minItems: 3, uniqueItems: true },
    {
      type: "object",
      properties: { a: { $ref: "#/$defs/x" } },
      required: ["a"],
      $defs: { x: { type: "array", items: { enum: ["p", "q"] }, minItems: 1 } },
    },
    { anyOf: [{ type: "null" }, { type: "integer" }] },
    {
      oneOf: [
        { type: "object", properties: { kind: { const: "a" }, n: { type: "integer" } }, required: ["kind", "n"] },
        { type: "string" },
      ],
    },
    {
      allOf: [
        { type: "object", properties: { a: { type: "string" } } },
        { required: ["a", "b"], properties: { b: { type: "boolean" } } },
      ],
    },
    {
      type: "object",
      properties: { node: { $ref: "#/$defs/node" } },
      required: ["node"],
      $defs: {
        node: {
          type: "object",
          properties: { v: { type: "integer" }, next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] } },
          required: ["v", "next"],
        },
      },
    },
    {
      type: "object",
      properties: {
        when: { type: "string", format: "date-time" },
        id: { type: "string", format: "uuid" },
        site: { type: "string", format: "uri" },
      },
      required: ["when", "id", "site"],
    },
    { type: "object", additionalProperties: { type: "integer" }, required: ["x"] },
    { const: 42 },
    {},
  ];

  it.each(awkward.map((schema) => [JSON.stringify(schema).slice(0, 80), schema] as const))(
    "always fit: %s",
    (_name, schema) => {
      for (const prompt of ["Plan a trip to Rome with 12 stops", TIDAL, ""]) {
        const value = fillSchema(schema, readTask([user(prompt)]));
        expect(compileSchema(schema).problems(value)).toEqual([]);
      }
    },
  );

  it("that nothing can fit fail as such", async () => {
    await expect(fill("x", { type: "integer", minimum: 5, maximum: 1 })).rejects.toMatchObject({
      code: "provider.no_object",
    });
  });

  it.each(["^\\d{3}-[a-f]+$", "(?:foo|bar)?baz{2}", "^[^0-9]\\w*\\.txt$"])(
    "get a sample of the pattern %s",
    (pattern) => {
      expect(samplePattern(pattern)).toMatch(new RegExp(pattern));
    },
  );
});

describe("embeddings of the offline model", () => {
  it("put similar texts near, and are of length 1", async () => {
    const { embeddings } = await models.embed({
      texts: ["cats and dogs are pets", "my dog is a pet", "stock markets fell today", ""],
    });
    const [a, b, c, empty] = embeddings as [number[], number[], number[], number[]];
    expect(cosineSimilarity(a, b)).toBeGreaterThan(cosineSimilarity(a, c) + 0.3);
    expect(cosineSimilarity(a, a)).toBeCloseTo(1, 9);
    expect(cosineSimilarity(a, empty)).toBe(0);
    expect((await models.embed({ texts: ["x"], dimensions: 32 })).embeddings[0]).toHaveLength(32);
  });
});
