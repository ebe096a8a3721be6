import { describe, expect, it } from "vitest";
import { Pool, type PoolStrategy } from "./pool.ts";

const start = (strategy: PoolStrategy) => new Pool(["a", "b", "c"], strategy);
const order = (pool: Pool) =>
  pool
    .order()
    .map(({ name }) => name)
    .join("");
const answer = (pool: Pool, index: number, latencyMs: number | undefined) => {
  const member = pool.members[index];
  if (!member) throw new Error("no such member");
  pool.began(member);
  pool.ended(member, latencyMs);
};

describe("a pool", () => {
  it("takes turns", () => {
    const pool = start("roundRobin");
    expect([order(pool), order(pool), order(pool), order(pool)]).toEqual(["abc", "bca", "cab", "abc"]);
  });

  it("keeps to the first while it can", () => {
    const pool = start("failover");
    answer(pool, 0, undefined);
    expect(order(pool)).toBe("abc");
  });

  it("prefers the fastest so far, and tries those that it does not know first", () => {
    const pool = start("fastest");
    answer(pool, 0, 300);
    answer(pool, 1, 100);
    expect(order(pool)).toBe("cba");
    answer(pool, 2, 200);
    expect(order(pool)).toBe("bca");
    for (let round = 0; round < 10; round++) answer(pool, 1, 900);
    expect(order(pool)).toBe("cab");
  });

  it("prefers the least busy", () => {
    const pool = start("leastBusy");
    for (const index of [0, 0, 1]) pool.began(pool.members[index] as never);
    expect(order(pool)).toBe("cba");
  });

  it("tries those that failed last time last, until they answer again", () => {
    const pool = start("leastBusy");
    answer(pool, 0, undefined);
    expect(order(pool)).toBe("bca");
    answer(pool, 0, 10);
    expect(order(pool)).toBe("abc");
    expect(pool.members[0]).toMatchObject({ calls: 2, failures: 1, busy: 0 });
  });
});
