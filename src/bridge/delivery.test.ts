import { describe, expect, test } from "vitest";
import type { JournalEntry } from "../journal/journal.ts";
import { Replay } from "../journal/replay.ts";
import { Delivery } from "./delivery.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const started = (seq: number): JournalEntry => ({ type: "started", seq, parent: 0, method: "m", args: [], at: 0 });
const ended = (seq: number): JournalEntry => ({ type: "ended", seq, value: null, at: 0 });
const called = (seq: number, nested = false): JournalEntry => ({
  type: "callback",
  seq,
  index: 0,
  args: [seq],
  at: 0,
  ...(nested ? { nested: true } : {}),
});

function replaying(...entries: JournalEntry[]) {
  const told: string[] = [];
  const delivery = new Delivery(new Replay(entries));
  return {
    told,
    delivery,
    make(seq: number, then?: () => void) {
      delivery.started();
      delivery.replayed(seq, {
        step: () => void told.push(`callback ${seq}`),
        end() {
          told.push(`end ${seq}`);
          then?.();
        },
      });
    },
  };
}

describe("live", () => {
  test("a lone completion is delivered at once", () => {
    const delivery = new Delivery(undefined);
    let told = false;
    delivery.started();
    delivery.completed(() => (told = true));
    expect(told).toBe(true);
  });

  test("several at once are delivered in their order, one a turn", async () => {
    const delivery = new Delivery(undefined);
    const told: number[] = [];
    for (let seq = 0; seq < 4; seq++) delivery.started();
    for (let seq = 0; seq < 4; seq++) delivery.completed(() => told.push(seq));
    expect(told).toEqual([0]);
    for (let count = 2; count <= 4; count++) {
      await turn();
      expect(told).toHaveLength(count);
    }
    expect(told).toEqual([0, 1, 2, 3]);
  });

  test("one that comes in the turn of another waits for the next", async () => {
    const delivery = new Delivery(undefined);
    const told: number[] = [];
    delivery.started();
    delivery.started();
    delivery.completed(() => {
      told.push(1);
      delivery.completed(() => told.push(2));
      expect(told).toEqual([1]);
    });
    await turn();
    expect(told).toEqual([1, 2]);
  });
});

describe("replay", () => {
  test("follows the recorded order, whatever the order of the calls", async () => {
    const { told, make } = replaying(started(1), started(2), started(3), ended(3), ended(1), ended(2));
    for (const seq of [1, 2, 3]) make(seq);
    expect(told).toEqual([]);
    await turn();
    expect(told).toEqual(["end 3"]);
    for (let count = 0; count < 3; count++) await turn();
    expect(told).toEqual(["end 3", "end 1", "end 2"]);
  });

  test("waits for a call that the script has yet to make", async () => {
    const { told, make } = replaying(started(1), started(2), ended(2), ended(1));
    make(1);
    await turn();
    await turn();
    expect(told).toEqual([]);
    make(2);
    for (let count = 0; count < 3; count++) await turn();
    expect(told).toEqual(["end 2", "end 1"]);
  });

  test("delivers callbacks in their place between the ends", async () => {
    const { told, make } = replaying(started(1), started(2), called(1), ended(2), called(1), ended(1));
    make(1);
    make(2);
    for (let count = 0; count < 6; count++) await turn();
    expect(told).toEqual(["callback 1", "end 2", "callback 1", "end 1"]);
  });

  test("leaves callbacks to the call that were made while it was entered", async () => {
    const { told, make } = replaying(started(1), called(1, true), ended(1));
    make(1);
    await turn();
    expect(told).toEqual(["end 1"]);
  });

  test("a sync effect that is asked for earlier than it was recorded does not block the others", async () => {
    const { told, make, delivery } = replaying(started(1), started(2), started(3), ended(1), ended(2), ended(3));
    delivery.replayedSync(2);
    make(1, () => make(3));
    for (let count = 0; count < 4; count++) await turn();
    expect(told).toEqual(["end 1", "end 3"]);
  });

  test("live completions come after everything recorded", async () => {
    const { told, make, delivery } = replaying(started(1), started(2), ended(2));
    delivery.started();
    delivery.completed(() => told.push("live 1"));
    await turn();
    expect(told).toEqual([]);
    make(2);
    for (let count = 0; count < 3; count++) await turn();
    expect(told).toEqual(["end 2", "live 1"]);
  });

  test("effects without an end make their callbacks themselves", async () => {
    const { told, make } = replaying(started(1), called(1), started(2), ended(2));
    make(2);
    await turn();
    expect(told).toEqual(["end 2"]);
  });

  test("of an effect that was started twice the second time counts", async () => {
    const { told, make } = replaying(started(1), called(1), called(1), started(1), called(1), ended(1));
    make(1);
    for (let count = 0; count < 4; count++) await turn();
    expect(told).toEqual(["callback 1", "end 1"]);
  });

  test("delivers what it can once the script rests without the call that would come next", async () => {
    const { told, make, delivery } = replaying(started(1), started(2), started(3), ended(1), ended(3));
    delivery.started();
    make(3);
    await turn();
    delivery.rested();
    await turn();
    expect(told).toEqual([]);
    delivery.completed(() => told.push("live 2"));
    for (let count = 0; count < 3; count++) {
      await turn();
      delivery.rested();
    }
    await turn();
    expect(told).toEqual(["end 3", "live 2"]);
  });
});
