import { describe, expect, it } from "vitest";
import type { GenerationEvent } from "../backend.ts";
import { readChatChunks } from "./chat-chunks.ts";

/** A body that arrives in the given pieces. */
function bodyOf(...pieces: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const bytes = pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece));
  return new ReadableStream({
    pull(controller) {
      const next = bytes.shift();
      if (next) controller.enqueue(next);
      else controller.close();
    },
  });
}

async function read(...pieces: (string | Uint8Array)[]) {
  const events: GenerationEvent[] = [];
  const chunks = readChatChunks(bodyOf(...pieces), "acme");
  for (;;) {
    const { done, value } = await chunks.next();
    if (done) return { events, ...value };
    events.push(...value);
  }
}

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ delta, finish_reason: finish }] })}\n\n`;

describe("a streamed chat completion", () => {
  it("is the same however its bytes are cut", async () => {
    const whole = new TextEncoder().encode(
      `: comment\r\nevent: x\r\ndata: {"choices":[{"delta":{"content":"gr\u00fc\u00df \ud83d\ude00"}}]}\r\n\r\n${chunk({ content: "!" }, "stop")}data: [DONE]\n\n`,
    );
    for (const size of [1, 3, 7, whole.length]) {
      const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
        whole.subarray(index * size, (index + 1) * size),
      );
      const { generation, finish } = await read(...pieces);
      expect([generation.text, finish]).toEqual(["gr\u00fc\u00df \ud83d\ude00!", "stop"]);
    }
  });

  it("gives what came before garbage, then fails", async () => {
    const chunks = readChatChunks(bodyOf(`${chunk({ content: "a" })}data: {oops\n\n`), "acme");
    expect((await chunks.next()).value).toEqual([{ type: "text", text: "a" }]);
    await expect(chunks.next()).rejects.toMatchObject({ code: "provider.bad_reply" });
  });

  it("throws the provider's own error as it came", async () => {
    await expect(read(`data: ${JSON.stringify({ error: { type: "overloaded_error" } })}\n\n`)).rejects.toEqual({
      type: "overloaded_error",
    });
  });

  it("gathers calls by index, by id where there is no index, and repairs their arguments", async () => {
    const { generation } = await read(
      chunk({
        tool_calls: [
          { index: 0, id: "a", function: { name: "one", arguments: '{"x"' } },
          { index: 1, id: "b", function: { name: "two" } },
        ],
      }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: ": 1," } }] }, "tool_calls"),
    );
    expect(generation.toolCalls).toEqual([
      { id: "a", name: "one", arguments: { x: 1 } },
      { id: "b", name: "two", arguments: {} },
    ]);
    const unnumbered = await read(
      chunk({ tool_calls: [{ id: "a", function: { name: "one", arguments: "{}" } }] }),
      chunk({ tool_calls: [{ id: "b", function: { name: "two", arguments: "{" } }] }),
      chunk({ tool_calls: [{ function: { arguments: '"y":2}' } }] }),
    );
    expect(unnumbered.generation.toolCalls.map((call) => [call.id, call.arguments])).toEqual([
      ["a", {}],
      ["b", { y: 2 }],
    ]);
  });

  it("takes a refusal for the content filter's stop", async () => {
    expect(await read(chunk({ refusal: "I cannot" }, "stop"))).toMatchObject({
      finish: "content_filter",
      generation: { text: "I cannot" },
    });
  });

  it("has no finish reason when it stops before its end", async () => {
    expect((await read(chunk({ content: "a" }), 'data: {"choices":[]}')).finish).toBeUndefined();
  });

  it("closes the body when nobody reads on", async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(chunk({ content: "a" }))),
      cancel: () => void (cancelled = true),
    });
    for await (const events of readChatChunks(body, "acme")) if (events.length > 0) break;
    expect(cancelled).toBe(true);
  });
});
