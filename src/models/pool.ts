/** How a pool chooses who is asked. */
export type PoolStrategy = "roundRobin" | "failover" | "fastest" | "leastBusy";

/** A model or provider of a pool, and what is known of it. */
export interface PoolMember {
  readonly name: string;
  calls: number;
  failures: number;
  /** Calls under way. */
  busy: number;
  /** Failures since the last answer. */
  failing: number;
  /** Moving average of its answers' times in milliseconds; null before the first. */
  latencyMs: number | null;
}

/** Weight of the latest answer in the moving average. */
const SMOOTHING = 0.3;

/** Members that stand for one. */
export class Pool {
  readonly strategy: PoolStrategy;
  readonly members: readonly PoolMember[];
  #next = 0;

  constructor(names: readonly string[], strategy: PoolStrategy) {
    this.strategy = strategy;
    this.members = names.map((name) => ({ name, calls: 0, failures: 0, busy: 0, failing: 0, latencyMs: null }));
  }

  /** In which order the members are to be tried for the next call: those that failed last time come last. */
  order(): PoolMember[] {
    const { members } = this;
    if (this.strategy === "roundRobin") {
      const first = this.#next++ % members.length;
      return healthyFirst([...members.slice(first), ...members.slice(0, first)]);
    }
    if (this.strategy === "fastest")
      // Those not known yet are tried first.
      return healthyFirst(members.toSorted((a, b) => (a.latencyMs ?? -1) - (b.latencyMs ?? -1)));
    if (this.strategy === "leastBusy") return healthyFirst(members.toSorted((a, b) => a.busy - b.busy));
    return [...members];
  }

  began(member: PoolMember): void {
    member.calls += 1;
    member.busy += 1;
  }

  /** `latencyMs` is undefined where it failed. */
  ended(member: PoolMember, latencyMs: number | undefined): void {
    member.busy -= 1;
    if (latencyMs === undefined) {
      member.failures += 1;
      member.failing += 1;
      return;
    }
    member.failing = 0;
    member.latencyMs =
      member.latencyMs === null ? latencyMs : member.latencyMs * (1 - SMOOTHING) + latencyMs * SMOOTHING;
  }
}

function healthyFirst(members: readonly PoolMember[]): PoolMember[] {
  return members.toSorted((a, b) => Number(a.failing > 0) - Number(b.failing > 0));
}
