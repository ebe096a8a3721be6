import { beforeEach, describe, expect, test } from "vitest";
import { type BridgeHarness, createBridgeHarness } from "../testing/bridge-harness.ts";
import type { Handle, ScriptFunction } from "../values/script-value.ts";
import { channelBridge } from "./channel.ts";

let harness: BridgeHarness;
type Args = Parameters<BridgeHarness["call"]>[1] & object;
const make = (capacity?: number) => harness.call("channel.new", capacity === undefined ? [] : [capacity]) as Handle;
const on = (channel: Handle, name: string, ...args: Args) => harness.call(`channel.${name}`, [channel, ...args]);
const code = async (name: string, ...args: Args) => (await harness.fail(`channel.${name}`, args)).code;

beforeEach(() => (harness = createBridgeHarness([channelBridge])));

test("holds values up to its capacity, first in, first out", () => {
  const channel = make(2);
  expect(channel.fields).toEqual({ capacity: 2 });
  expect([on(channel, "send", 1), on(channel, "trySend", 2), on(channel, "trySend", 3), on(channel, "length")]).toEqual(
    [null, true, false, 2],
  );
  expect([on(channel, "receive"), on(channel, "tryReceive"), on(channel, "tryReceive")]).toEqual([1, 2, null]);
  expect((harness.call("channel.create", [5]) as Handle).fields).toEqual({ capacity: 5 });
});

test("a full channel makes senders wait, in order, until there is room", async () => {
  const channel = make(1);
  on(channel, "send", 1);
  const order: number[] = [];
  const sends = [2, 3].map((value) => (on(channel, "send", value) as Promise<null>).then(() => order.push(value)));
  await Promise.resolve();
  expect(order).toEqual([]);
  expect([on(channel, "receive"), on(channel, "receive"), on(channel, "receive")]).toEqual([1, 2, 3]);
  await Promise.all(sends);
  expect([order, on(channel, "length")]).toEqual([[2, 3], 0]);
});

test("without capacity a send waits for its receiver", async () => {
  const channel = make();
  expect(on(channel, "trySend", 0)).toBe(false);
  const sent = on(channel, "send", 1);
  expect(sent).toBeInstanceOf(Promise);
  expect(on(channel, "receive")).toBe(1);
  expect(await sent).toBeNull();
  const received = on(channel, "receive");
  expect(on(channel, "trySend", 2)).toBe(true);
  expect(await received).toBe(2);
});

test("receivers are served in order", async () => {
  const channel = make();
  const received = Promise.all([on(channel, "receive"), on(channel, "receive")]);
  on(channel, "send", "a");
  on(channel, "send", "b");
  expect(await received).toEqual(["a", "b"]);
});

test("a closed channel is drained, then answers nil; sending fails", async () => {
  const channel = make(2);
  on(channel, "send", 1);
  expect(on(channel, "closed")).toBe(false);
  on(channel, "close");
  on(channel, "close");
  expect([on(channel, "receive"), on(channel, "receive"), on(channel, "tryReceive"), on(channel, "closed")]).toEqual([
    1,
    null,
    null,
    true,
  ]);
  expect([await code("send", channel, 2), await code("trySend", channel, 2)]).toEqual([
    "channel.closed",
    "channel.closed",
  ]);
});

test("closing wakes who waits: receivers with nil, senders with an error", async () => {
  const [full, empty] = [make(1), make()];
  on(full, "send", 1);
  const waiting = [harness.fail("channel.send", [full, 2]), harness.fail("channel.send", [full, 3])];
  const receiving = on(empty, "receive");
  on(full, "close");
  on(empty, "close");
  expect((await Promise.all(waiting)).map((error) => error.code)).toEqual(["channel.closed", "channel.closed"]);
  expect(await receiving).toBeNull();
  expect([on(full, "receive"), on(full, "receive")]).toEqual([1, null]);
});

test("passes values of every kind, functions included, but nil", async () => {
  const channel = make(10);
  const bytes = new Uint8Array([1, 255]);
  for (const value of [false, { a: [1] }, bytes, channel, () => 42]) on(channel, "send", value);
  expect([on(channel, "receive"), on(channel, "receive"), on(channel, "receive"), on(channel, "receive")]).toEqual([
    false,
    { a: [1] },
    bytes,
    channel,
  ]);
  expect(((await on(channel, "receive")) as ScriptFunction).invoke([])).toBe(42);
  expect([await code("send", channel), await code("send", channel, null), await code("trySend", channel)]).toEqual(
    Array(3).fill("input.invalid"),
  );
});

describe("select", () => {
  test("takes from a channel that has a value, at once", () => {
    const [a, b] = [make(1), make(1)];
    on(b, "send", 5);
    expect(harness.call("channel.select", [{ a, b }])).toEqual({ name: "b", value: 5, closed: false });
  });

  test("waits for the first, and takes nothing from the others", async () => {
    const [a, b] = [make(), make(1)];
    const chosen = harness.call("channel.select", [{ a, b }]);
    on(a, "trySend", 1);
    on(b, "send", 2);
    expect(await chosen).toEqual({ name: "a", value: 1, closed: false });
    expect(on(b, "receive")).toBe(2);
    expect(on(a, "trySend", 3)).toBe(false);
  });

  test("tells a closed channel", async () => {
    const a = make();
    const chosen = harness.call("channel.select", [{ a }]);
    on(a, "close");
    expect(await chosen).toEqual({ name: "a", value: null, closed: true });
  });

  test("may wait for one channel under two names", async () => {
    const a = make();
    const chosen = harness.call("channel.select", [{ one: a, two: a }]);
    expect([on(a, "trySend", 1), on(a, "trySend", 2)]).toEqual([true, false]);
    expect(await chosen).toEqual({ name: "one", value: 1, closed: false });
  });

  test.each([[], [{}], [{ a: 5 }], [5]])("refuses %j", async (...args) =>
    expect(await code("select", ...(args as Args))).toBe("input.invalid"),
  );
});

describe("deadlock", () => {
  test("ends the wait of every task that only the run itself could wake", async () => {
    const [empty, full] = [make(), make(1)];
    on(full, "send", 1);
    const stuck = [
      harness.fail("channel.receive", [empty]),
      harness.fail("channel.send", [full, 2]),
      harness.fail("channel.select", [{ empty }]),
    ];
    harness.dispatcher.rested();
    expect((await Promise.all(stuck)).map((error) => error.code)).toEqual(Array(3).fill("script.deadlock"));
  });

  test("gives back what the given up senders held", async () => {
    harness = createBridgeHarness([channelBridge], { limits: { hostBytes: 5000 } });
    const channel = make();
    for (let count = 0; count < 5; count++) {
      const blocked = harness.fail("channel.send", [channel, "x".repeat(4000)]);
      harness.dispatcher.rested();
      expect((await blocked).code).toBe("script.deadlock");
    }
  });

  test("leaves nobody in the queues: what comes later goes to who waits then", async () => {
    const channel = make();
    const stuck = harness.fail("channel.receive", [channel]);
    harness.dispatcher.rested();
    await stuck;
    const received = on(channel, "receive");
    on(channel, "send", "kept");
    expect(await received).toBe("kept");
    const blocked = harness.fail("channel.send", [channel, "lost"]);
    harness.dispatcher.rested();
    await blocked;
    expect(on(channel, "tryReceive")).toBeNull();
  });
});

test("an aborted run ends the waits", async () => {
  const abort = new AbortController();
  harness = createBridgeHarness([channelBridge], { signal: abort.signal });
  const waiting = harness.fail("channel.receive", [make()]);
  abort.abort(new Error("over"));
  expect((await waiting).message).toBe("over");
});

test("counts what it and its waiting senders hold, and gives it back", async () => {
  harness = createBridgeHarness([channelBridge], { limits: { hostBytes: 5000 } });
  const channel = make(1);
  for (let count = 0; count < 20; count++) {
    on(channel, "send", "x".repeat(2000));
    const waiting = on(channel, "send", "y".repeat(2000));
    on(channel, "receive");
    await waiting;
    on(channel, "receive");
  }
  on(channel, "send", "x".repeat(2000));
  const cut = harness.fail("channel.send", [channel, "x".repeat(4000)]);
  expect((await cut).code).toBe("limit.host_memory");
});

test.each([[-1], [1.5], ["x"], [1e9]])("refuses the capacity %j", async (capacity) =>
  expect(await code("new", capacity)).toBe("input.invalid"),
);
