/** Lua source with a position of the script behind each of its lines. */
export interface CompiledText {
  code: string;
  /** By Lua line from 1: the offset in the script's source that it stands for, -1 for none. Index 0 is unused. */
  offsets: readonly number[];
}

const MARK = "\u0001";
const MARK_END = "\u0002";

/** Says that what follows stands for an offset in the script: it gets a line of its own where another one has begun. */
export function positionMark(at: number): string {
  return `${MARK}${at}${MARK_END}`;
}

/** Turns marks into lines. */
export function layOut(pieces: readonly string[]): CompiledText {
  const lines: string[] = [];
  const offsets: number[] = [-1];
  let line = "";
  let offset = -1;
  const endLine = () => {
    lines.push(line);
    offsets.push(offset);
    line = "";
    offset = -1;
  };
  for (const piece of pieces) {
    for (const [index, part] of piece.split(MARK).entries()) {
      let text = part;
      if (index > 0) {
        const end = part.indexOf(MARK_END);
        const at = Number(part.slice(0, end));
        if (offset !== -1 && offset !== at) endLine();
        offset = at;
        text = part.slice(end + 1);
      }
      line += text;
    }
    endLine();
  }
  return { code: lines.join("\n"), offsets };
}
