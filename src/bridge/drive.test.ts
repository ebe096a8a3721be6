import { expect, test } from "vitest";
import { drive } from "./drive.ts";

function* sum(parts: readonly (number | Promise<number>)[]): Generator<unknown, number, number> {
  let total = 0;
  for (const part of parts) total += yield part;
  return total;
}

test("answers at once while nothing waits", () => {
  expect(drive(sum([1, 2, 3]))).toBe(6);
});

test("answers with a promise from the first promise on", async () => {
  const result = drive(sum([1, Promise.resolve(2), 3, Promise.resolve(4)]));
  expect(result).toBeInstanceOf(Promise);
  expect(await result).toBe(10);
});

test("a rejected promise is thrown at its yield, where the generator may catch it", async () => {
  function* careful(): Generator<unknown, string, unknown> {
    try {
      yield Promise.reject(new Error("first"));
    } catch (error) {
      return (error as Error).message;
    }
    return "none";
  }
  expect(await drive(careful())).toBe("first");
  await expect(drive(sum([Promise.reject(new Error("out"))]))).rejects.toThrow("out");
});

test("many plain yields after a wait do not deepen the stack", async () => {
  expect(await drive(sum([Promise.resolve(1), ...Array<number>(100_000).fill(1)]))).toBe(100_001);
});
