/** Ids that sort by time: milliseconds, then 52 random bits. Not secret, so the start needs no cryptography. */
export function newRunId(): string {
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 12).padEnd(10, "0")}`;
}

/** 32 random bits for a run's own random functions. */
export function newSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}
