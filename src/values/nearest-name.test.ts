import { expect, test } from "vitest";
import { nearestName } from "./nearest-name.ts";

test.each([
  ["gret", ["meet", "greet", "great"], "greet"],
  ["GREET", ["greet"], "greet"],
  ["modle", ["model", "node"], "model"],
  ["x", ["y"], "y"],
  ["rnu", ["run"], "run"],
  ["rnu", ["tun"], undefined],
  ["lodash", ["greet", "util"], undefined],
  ["anything", [], undefined],
  ["a".repeat(100), ["a".repeat(99)], undefined],
])("%s among %j means %s", (wanted, known, expected) => expect(nearestName(wanted, known)).toBe(expected));
