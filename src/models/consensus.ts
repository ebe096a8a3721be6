import { textSimilarity } from "./similarity.ts";

/** How the answers of several models become one. */
export type ConsensusStrategy = "majority" | "similarity" | "weighted";

/** An answer of a model. */
export interface Vote {
  model: string;
  text: string;
  weight: number;
}

/** Which answer won, and how far the others agree with it. */
export interface Consensus {
  /** Index among the votes. */
  winner: number;
  /** From 0 to 1: the share of votes (or weights) for the same answer, or how alike the others are to it. */
  agreement: number;
}

/**
 * The answer that most of the votes stand for. `majority` and `weighted` count answers that say the same but for case,
 * blanks and punctuation around; `similarity` takes the one that is most like all others. The first wins a tie.
 */
export function findConsensus(votes: readonly Vote[], strategy: ConsensusStrategy): Consensus {
  return strategy === "similarity" ? mostAlike(votes) : mostVotes(votes, strategy === "weighted");
}

function mostVotes(votes: readonly Vote[], weighted: boolean): Consensus {
  const groups = new Map<string, { winner: number; sum: number }>();
  let total = 0;
  for (const [index, vote] of votes.entries()) {
    const weight = weighted ? vote.weight : 1;
    total += weight;
    const key = normal(vote.text);
    const group = groups.get(key);
    if (group) group.sum += weight;
    else groups.set(key, { winner: index, sum: weight });
  }
  const [best] = [...groups.values()].toSorted((a, b) => b.sum - a.sum || a.winner - b.winner);
  return { winner: best?.winner ?? 0, agreement: best && total > 0 ? best.sum / total : 0 };
}

function mostAlike(votes: readonly Vote[]): Consensus {
  if (votes.length === 1) return { winner: 0, agreement: 1 };
  let best: Consensus = { winner: 0, agreement: -1 };
  for (const [index, vote] of votes.entries()) {
    let sum = 0;
    for (const [other, { text }] of votes.entries()) if (other !== index) sum += textSimilarity(vote.text, text);
    const agreement = sum / (votes.length - 1);
    if (agreement > best.agreement) best = { winner: index, agreement };
  }
  return best;
}

/** What two answers have in common that say the same. */
function normal(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\s+/gu, " ")
    .replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, "");
}
