import fc from "fast-check";
import { expect, test } from "vitest";
import { RunLedger } from "../bridge/run-ledger.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { decodeEntries, encodeEntry } from "./codec.ts";
import type { JournalEntry } from "./journal.ts";

const started = (ledger: RunLedger, args: readonly ScriptValue[], parent = 0): JournalEntry => {
  const seq = ledger.nextSeq();
  const repeats = ledger.repeatsOf(seq, parent, "llm.generate", args);
  return { type: "started", seq, parent, method: "llm.generate", args, at: 0, ...(repeats ? { repeats } : {}) };
};
const argsOf = (lines: readonly string[]) =>
  decodeEntries(lines).map((entry) => (entry.type === "started" ? entry.args : []));

const item = fc.oneof(fc.constantFrom<ScriptValue>("a", "b", null, 1), fc.record({ role: fc.constant("user") }));
const member = fc.constantFrom("messages", "tools", "__proto__", "length");
const request = fc
  .array(fc.tuple(member, fc.oneof(fc.array(item, { maxLength: 6 }), fc.string())), { maxLength: 3 })
  .map((entries) => Object.fromEntries(entries) as ScriptObject);

test("what calls repeat of one another comes back whole", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(request, request), { maxLength: 6 }), (calls) => {
      const ledger = new RunLedger(undefined);
      const lines = calls.map((args) => encodeEntry(started(ledger, args)));
      expect(argsOf(lines)).toEqual(calls);
    }),
  );
});

test("a conversation is written once, however long it gets, also where its list grows in place", () => {
  const ledger = new RunLedger(undefined);
  const messages: string[] = [];
  const given: string[][] = [];
  const lines = Array.from({ length: 200 }, (_, index) => {
    messages.push(`${index} ${"x".repeat(1000)}`);
    given.push([...messages]);
    return encodeEntry(started(ledger, [{ messages }]));
  });
  expect(lines.join("").length).toBeLessThan(300_000);
  expect(argsOf(lines)).toEqual(given.map((each) => [{ messages: each }]));
});

test("effects of different makers share nothing", () => {
  const ledger = new RunLedger(undefined);
  const args = [{ messages: ["a", "b", "c"] }];
  const lines = [1, 2].map((parent) => encodeEntry(started(ledger, args, parent)));
  expect(lines.filter((line) => line.includes("repeats"))).toEqual([]);
});

test("a line that repeats what is not there is corrupt", () => {
  const ledger = new RunLedger(undefined);
  const lines = [
    ["a", "b"],
    ["a", "b", "c"],
  ].map((messages) => encodeEntry(started(ledger, [{ messages }])));
  expect(argsOf(lines)).toHaveLength(2);
  expect(() => argsOf(lines.slice(1))).toThrow(expect.objectContaining({ code: "journal.corrupt" }));
});
