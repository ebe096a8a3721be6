export interface DiffOptions {
  context?: number | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** A run of lines: kept, or `oldCount` lines replaced by `newCount` others. */
interface Edit {
  kept: boolean;
  oldStart: number;
  oldCount: number;
  newStart: number;
  newCount: number;
}

/** A unified diff (as GNU `diff -u`) of two texts, empty when they are equal. */
export function unifiedDiff(
  oldText: string,
  newText: string,
  { context = 3, from = "a", to = "b" }: DiffOptions,
): string {
  if (oldText === newText) return "";
  const [oldLines, newLines] = [linesOf(oldText), linesOf(newText)];
  const edits = diffLines(oldLines, newLines);
  const hunks = hunksOf(edits, context).map((hunk) => showHunk(hunk, oldLines, newLines));
  return `--- ${from}\n+++ ${to}\n${hunks.join("")}`;
}

/** Lines with their ends, so that a missing last newline is a difference. */
function linesOf(text: string): string[] {
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  const ended = lines.map((line) => `${line}\n`);
  return last === "" ? ended : [...ended, last];
}

function diffLines(oldLines: readonly string[], newLines: readonly string[]): Edit[] {
  let head = 0;
  while (head < oldLines.length && head < newLines.length && oldLines[head] === newLines[head]) head += 1;
  let tail = 0;
  const shorter = Math.min(oldLines.length, newLines.length) - head;
  while (tail < shorter && oldLines[oldLines.length - 1 - tail] === newLines[newLines.length - 1 - tail]) tail += 1;
  const edits = new EditList();
  edits.keep(head);
  for (const step of shortestScript(
    oldLines.slice(head, oldLines.length - tail),
    newLines.slice(head, newLines.length - tail),
  )) {
    if (step === "=") edits.keep(1);
    else edits.change(step === "-" ? 1 : 0, step === "+" ? 1 : 0);
  }
  edits.keep(tail);
  return edits.list;
}

class EditList {
  readonly list: Edit[] = [];
  #old = 0;
  #new = 0;

  keep(count: number): void {
    if (count > 0) this.#add(true, count, count);
  }

  change(oldCount: number, newCount: number): void {
    if (oldCount + newCount > 0) this.#add(false, oldCount, newCount);
  }

  #add(kept: boolean, oldCount: number, newCount: number): void {
    const last = this.list.at(-1);
    if (last?.kept === kept) {
      last.oldCount += oldCount;
      last.newCount += newCount;
    } else {
      this.list.push({ kept, oldStart: this.#old, oldCount, newStart: this.#new, newCount });
    }
    this.#old += oldCount;
    this.#new += newCount;
  }
}

/** Beyond so many edits the rest is shown as replaced: the search takes time and memory by their square. */
const MAX_EDITS = 3000;

/** The shortest edit script by Myers' greedy algorithm (1986): `=` keep, `-` remove, `+` insert. */
function shortestScript(oldLines: readonly string[], newLines: readonly string[]): ("=" | "-" | "+")[] {
  const [a, b] = internLines(oldLines, newLines);
  const most = Math.min(a.length + b.length, MAX_EDITS);
  const furthest = new Int32Array(2 * most + 3);
  const middle = most + 1;
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(furthest.slice(middle - edits - 1, middle + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const at = middle + diagonal;
      const down =
        diagonal === -edits || (diagonal !== edits && (furthest[at - 1] as number) < (furthest[at + 1] as number));
      let x = down ? (furthest[at + 1] as number) : (furthest[at - 1] as number) + 1;
      let y = x - diagonal;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x += 1;
        y += 1;
      }
      furthest[at] = x;
      if (x >= a.length && y >= b.length) return walkBack(trace, a.length, b.length);
    }
  }
  return [...Array<"-">(a.length).fill("-"), ...Array<"+">(b.length).fill("+")];
}

function walkBack(trace: readonly Int32Array[], oldLength: number, newLength: number): ("=" | "-" | "+")[] {
  const steps: ("=" | "-" | "+")[] = [];
  let [x, y] = [oldLength, newLength];
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const before = trace[edits] as Int32Array;
    const reach = (diagonal: number) => before[diagonal + edits + 1] as number;
    const diagonal = x - y;
    const down = diagonal === -edits || (diagonal !== edits && reach(diagonal - 1) < reach(diagonal + 1));
    const previous = down ? diagonal + 1 : diagonal - 1;
    const previousX = edits === 0 ? 0 : reach(previous);
    const previousY = edits === 0 ? 0 : previousX - previous;
    while (x > previousX && y > previousY) {
      steps.push("=");
      x -= 1;
      y -= 1;
    }
    if (edits > 0) steps.push(down ? "+" : "-");
    [x, y] = [previousX, previousY];
  }
  return steps.toReversed();
}

function internLines(oldLines: readonly string[], newLines: readonly string[]): [number[], number[]] {
  const ids = new Map<string, number>();
  const idOf = (line: string): number => {
    const known = ids.get(line);
    if (known !== undefined) return known;
    ids.set(line, ids.size);
    return ids.size - 1;
  };
  return [oldLines.map(idOf), newLines.map(idOf)];
}

/** Changes with their context; those whose contexts touch share a hunk. */
function hunksOf(edits: readonly Edit[], context: number): Edit[][] {
  const hunks: Edit[][] = [];
  for (const [index, edit] of edits.entries()) {
    if (edit.kept) continue;
    const [before, after] = [edits[index - 1], edits[index + 1]];
    const last = hunks.at(-1);
    if (last && before && before.oldCount <= 2 * context) {
      last[last.length - 1] = before;
    } else {
      hunks.push(before ? [lastOf(before, context)] : []);
    }
    hunks
      .at(-1)
      ?.push(
        edit,
        ...(after
          ? [{ ...after, oldCount: Math.min(after.oldCount, context), newCount: Math.min(after.newCount, context) }]
          : []),
      );
  }
  return hunks.map((hunk) => hunk.filter((edit) => edit.oldCount + edit.newCount > 0));
}

function lastOf(kept: Edit, context: number): Edit {
  const count = Math.min(kept.oldCount, context);
  const skipped = kept.oldCount - count;
  return {
    kept: true,
    oldStart: kept.oldStart + skipped,
    oldCount: count,
    newStart: kept.newStart + skipped,
    newCount: count,
  };
}

function showHunk(hunk: readonly Edit[], oldLines: readonly string[], newLines: readonly string[]): string {
  const first = hunk[0] as Edit;
  const oldCount = hunk.reduce((sum, edit) => sum + edit.oldCount, 0);
  const newCount = hunk.reduce((sum, edit) => sum + edit.newCount, 0);
  const lines = hunk.flatMap((edit) => {
    const removed = oldLines.slice(edit.oldStart, edit.oldStart + edit.oldCount);
    if (edit.kept) return removed.map((line) => showLine(" ", line));
    const added = newLines.slice(edit.newStart, edit.newStart + edit.newCount);
    return [...removed.map((line) => showLine("-", line)), ...added.map((line) => showLine("+", line))];
  });
  return `@@ -${range(first.oldStart, oldCount)} +${range(first.newStart, newCount)} @@\n${lines.join("")}`;
}

function range(start: number, count: number): string {
  const first = count === 0 ? start : start + 1;
  return count === 1 ? String(first) : `${first},${count}`;
}

function showLine(mark: string, line: string): string {
  return line.endsWith("\n") ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
}
