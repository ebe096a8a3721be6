/** One behaviour that a contract asks for. Register it with any test runner: `it(name, run)`. */
export interface ContractCase {
  /** The behaviour, as a sentence. */
  name: string;
  /** Rejects when the behaviour is not there. */
  run(): Promise<void>;
}

/** Cases that an implementation does not fulfil on purpose, with the reason. */
export type Gaps<Name extends string> = Partial<Record<Name, string>>;

/** Turns the cases of `gaps` round: such a case must fail, so that a gap that was closed is noticed. */
export function withGaps<Name extends string>(
  cases: Readonly<Record<Name, ContractCase>>,
  gaps: Gaps<Name>,
): ContractCase[] {
  return (Object.keys(cases) as Name[]).map((key) => {
    const reason = gaps[key];
    const original = cases[key];
    if (reason === undefined) return original;
    return { name: `${original.name} (known gap: ${reason})`, run: () => expectFailure(original) };
  });
}

async function expectFailure(original: ContractCase): Promise<void> {
  try {
    await original.run();
  } catch {
    return;
  }
  throw new Error(`"${original.name}" is listed as a gap, but holds: take it off the list`);
}
