import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRuntime } from "./create-runtime.ts";
import { TraceExporter } from "./trace-exporter.ts";
import type { RunOptions, RuntimeOptions } from "./runtime-options.ts";

interface Value {
  stringValue?: string;
  intValue?: number;
  doubleValue?: number;
  arrayValue?: { values: Value[] };
}
interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: { key: string; value: Value }[];
  events: { name: string }[];
  status: { code: number; message?: string };
}
interface Metric {
  name: string;
  unit: string;
  sum?: { dataPoints: { asDouble: number }[] };
  histogram?: { dataPoints: { count: number; sum: number; attributes: { key: string; value: Value }[] }[] };
}

/** A collector on loopback that speaks OTLP over HTTP as JSON. */
async function startCollector(status = 200) {
  const spans: Span[] = [];
  const metrics: Metric[] = [];
  const keys: (string | undefined)[] = [];
  const texts: string[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    texts.push(text);
    keys.push(request.headers["x-key"] as string | undefined);
    const body = JSON.parse(text) as {
      resourceSpans?: { scopeSpans: { spans: Span[] }[] }[];
      resourceMetrics?: { scopeMetrics: { metrics: Metric[] }[] }[];
    };
    for (const { scopeSpans } of body.resourceSpans ?? []) for (const scope of scopeSpans) spans.push(...scope.spans);
    for (const { scopeMetrics } of body.resourceMetrics ?? [])
      for (const scope of scopeMetrics) metrics.push(...scope.metrics);
    response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint, spans, metrics, keys, texts, close: () => new Promise((resolve) => server.close(resolve)) };
}

const valueOf = ({ attributes }: { attributes: Span["attributes"] }, key: string) => {
  const value = attributes.find((each) => each.key === key)?.value;
  return value?.stringValue ?? value?.intValue ?? value?.doubleValue ?? value?.arrayValue?.values[0]?.stringValue;
};

const SCRIPT = `
metrics.counter("answers", { unit = "{answer}" }):add(2)
trace.span("research", function(span)
  span:event("begun", { step = 1 })
  span:attribute("topic", "tides")
  llm.complete("Say exactly: the secret is hunter2", { model = "offline", max_tokens = 50 })
end)
error({ code = "my.code", message = "enough" })`;

async function run(options: RuntimeOptions, runOptions: RunOptions = {}, code = SCRIPT) {
  const logs: string[] = [];
  {
    await using runtime = createRuntime(options);
    await runtime.exec(code, { engine: "lua", onLog: ({ message }) => void logs.push(message), ...runOptions });
  }
  return logs;
}

describe("a collector", () => {
  let collector: Awaited<ReturnType<typeof startCollector>>;
  beforeEach(async () => void (collector = await startCollector()));
  afterEach(() => collector.close());

  it("gets a run as one trace, by the conventions for generative AI, without what was said", async () => {
    await run({ telemetry: { endpoint: `${collector.endpoint}/`, headers: { "x-key": "k" } } });
    const { spans } = collector;
    const named = (name: string) => spans.find((span) => span.name === name) as Span;
    const [root, part, chat] = [named("run text"), named("research"), named("chat offline")];
    expect(spans.map(({ name }) => name).toSorted()).toEqual(["chat offline", "research", "run text"]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect([root.parentSpanId, part.parentSpanId, chat.parentSpanId]).toEqual([undefined, root.spanId, part.spanId]);
    expect([root.status, valueOf(root, "error.type")]).toEqual([{ code: 2, message: "enough" }, "my.code"]);
    expect([valueOf(part, "topic"), part.events.map(({ name }) => name)]).toEqual(["tides", ["begun"]]);
    expect(chat.kind).toBe(3);
    expect(valueOf(chat, "gen_ai.operation.name")).toBe("chat");
    expect(valueOf(chat, "gen_ai.provider.name")).toBe("offline");
    expect(valueOf(chat, "gen_ai.request.max_tokens")).toBe(50);
    expect(valueOf(chat, "gen_ai.response.finish_reasons")).toBe("stop");
    expect(valueOf(chat, "gen_ai.usage.output_tokens")).toBeGreaterThan(0);
    expect(collector.texts.join("")).not.toContain("hunter2");
    expect(collector.keys).toEqual(["k", "k"]);
  });

  it("gets what models and scripts measured", async () => {
    await run({ telemetry: { endpoint: collector.endpoint } });
    const named = (name: string) => collector.metrics.find((metric) => metric.name === name);
    expect(named("answers")).toMatchObject({ unit: "{answer}", sum: { dataPoints: [{ asDouble: 2 }] } });
    const tokens = named("gen_ai.client.token.usage")?.histogram?.dataPoints ?? [];
    expect(tokens.map((point) => valueOf(point, "gen_ai.token.type")).toSorted()).toEqual(["input", "output"]);
    expect(tokens.every(({ count, sum }) => count === 1 && sum > 0)).toBe(true);
    expect(named("gen_ai.client.operation.duration")).toMatchObject({ unit: "s" });
  });

  it("gets what was said where that is wanted, secrets taken out", async () => {
    const options = { telemetry: { endpoint: collector.endpoint, contents: true }, permissions: { env: ["MY_TOKEN"] } };
    process.env.MY_TOKEN = "correct-horse-battery";
    try {
      await run(options, {}, `llm.complete("Say exactly: hunter2 " .. env.MY_TOKEN, { model = "offline" })`);
    } finally {
      delete process.env.MY_TOKEN;
    }
    const chat = collector.spans.find(({ name }) => name === "chat offline") as Span;
    expect(valueOf(chat, "gen_ai.input.messages")).toContain("hunter2");
    expect(valueOf(chat, "gen_ai.output.messages")).toContain("hunter2");
    expect(collector.texts.join("")).not.toContain("correct-horse-battery");
  });
});

it("a collector that refuses ends no run, and is told", async () => {
  const collector = await startCollector(403);
  const logs = await run({ telemetry: { endpoint: collector.endpoint } }, {}, "return 1");
  await collector.close();
  expect(logs.join()).toContain(`did not reach ${collector.endpoint}`);
});

it("a collector that does not answer is left, and that is told", async () => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const exporter = new TraceExporter({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, 20);
  const told: string[] = [];
  const times = { startedAt: 0, endedAt: 1 };
  const ofRun = { id: "r", name: "n", engine: "lua", version: "1", ...times, error: undefined };
  exporter.send(ofRun, "", undefined, (message) => void told.push(message));
  await exporter.close();
  expect(told).toEqual([expect.stringContaining("nothing was answered within 0.02 s")]);
  server.close().closeAllConnections();
});
