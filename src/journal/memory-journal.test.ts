import { expect, test } from "vitest";
import type { OutputEntry } from "./journal.ts";
import { MemoryJournal } from "./memory-journal.ts";

const output = (seq: number, text = "x", more: Partial<OutputEntry> = {}): OutputEntry => ({
  type: "output",
  seq,
  parent: 0,
  method: "console.write",
  calls: 1,
  text,
  at: 0,
  ...more,
});

test("output of one method that comes one after the other is one entry", () => {
  const journal = new MemoryJournal();
  for (let seq = 1; seq <= 1000; seq++) journal.append(output(seq, `${seq},`));
  const [only, ...others] = journal.entries();
  expect(others).toEqual([]);
  expect(only).toMatchObject({ seq: 1, calls: 1000, text: expect.stringMatching(/^1,2,.*,1000,$/) });
});

test("what does not follow has an entry of its own", () => {
  const journal = new MemoryJournal();
  journal.append(output(1));
  journal.append(output(3));
  journal.append(output(4, "x", { method: "console.info" }));
  journal.append(output(5, "x", { method: "console.info", parent: 2 }));
  journal.append({ type: "clock", now: 1, reads: 1 });
  journal.append(output(6, "x", { method: "console.info", parent: 2 }));
  expect(journal.entries()).toHaveLength(6);
});

test("an entry does not grow for ever, nor after it was taken", () => {
  const journal = new MemoryJournal();
  for (let seq = 1; seq <= 5; seq++) journal.append(output(seq, "y".repeat(10_000)));
  expect(journal.entries()).toHaveLength(5);
  const taken = journal.take();
  journal.append(output(6));
  expect([taken.length, journal.entries().length]).toEqual([5, 1]);
});
