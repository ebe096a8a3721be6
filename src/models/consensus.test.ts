import { describe, expect, it } from "vitest";
import { findConsensus, type Vote } from "./consensus.ts";

const votes = (...texts: (string | [string, number])[]): Vote[] =>
  texts.map((each, index) =>
    typeof each === "string"
      ? { model: `m${index}`, text: each, weight: 1 }
      : { model: `m${index}`, text: each[0], weight: each[1] },
  );

describe("a consensus", () => {
  it("of the majority counts answers that differ in case, blanks and punctuation alone as one", () => {
    expect(findConsensus(votes("London", " paris. ", "Paris"), "majority")).toEqual({ winner: 1, agreement: 2 / 3 });
  });

  it("falls to the first where as many are for another", () => {
    expect(findConsensus(votes("a", "b"), "majority")).toEqual({ winner: 0, agreement: 0.5 });
  });

  it("of weights counts what each model is worth", () => {
    expect(findConsensus(votes(["a", 1], ["a", 1], ["b", 6]), "weighted")).toEqual({ winner: 2, agreement: 0.75 });
    expect(findConsensus(votes(["a", 0]), "weighted").agreement).toBe(0);
  });

  it("of similarity is the answer that is most like all others", () => {
    const { winner, agreement } = findConsensus(
      votes("the sky is green", "the sky is blue today", "the sky is blue"),
      "similarity",
    );
    expect(winner).toBe(2);
    expect(agreement).toBeCloseTo((0.75 + 4 / Math.sqrt(20)) / 2);
    expect(findConsensus(votes("alone"), "similarity")).toEqual({ winner: 0, agreement: 1 });
  });
});
