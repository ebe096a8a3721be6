import { afterEach, expect, test, vi } from "vitest";
import { MemoryJournal } from "../journal/memory-journal.ts";
import { Replay } from "../journal/replay.ts";
import { RunClock } from "./run-clock.ts";

afterEach(() => vi.useRealTimers());

test("readings of one millisecond are one entry, and a replay gives them back before it goes on in real time", () => {
  vi.useFakeTimers({ now: 1000 });
  const journal = new MemoryJournal();
  const clock = new RunClock(journal, undefined);
  const read: number[] = [];
  for (let i = 0; i < 500; i++) read.push(clock.journaled());
  vi.setSystemTime(1007);
  read.push(clock.journaled(), clock.journaled());
  clock.flush();
  clock.flush();
  expect(journal.entries()).toEqual([
    { type: "clock", now: 1000, reads: 500 },
    { type: "clock", now: 1007, reads: 2 },
  ]);

  vi.setSystemTime(9000);
  const again = new RunClock(new MemoryJournal(), new Replay(journal.entries()));
  expect(read.map(() => again.journaled())).toEqual(read);
  expect(again.journaled()).toBe(9000);
});

test("time never goes back for a script, not even where the machine's clock does", () => {
  vi.useFakeTimers({ now: 5000 });
  const recorded = new Replay([{ type: "clock", now: 7000, reads: 1 }]);
  const clock = new RunClock(new MemoryJournal(), recorded);
  expect([clock.journaled(), clock.journaled()]).toEqual([7000, 7000]);
  vi.setSystemTime(4000);
  expect(clock.journaled()).toBe(7000);
});
