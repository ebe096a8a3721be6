import { ERRORS, EXIT } from "../../src/errors.ts";

const MEANING: Record<keyof typeof EXIT, string> = {
  ok: "the spell ran to its end",
  script: "the script failed",
  usage: "the command line is wrong, or its file is missing",
  config: "configuration is wrong, or a key is missing",
  provider: "the model's provider failed",
  permission: "the script wanted what it may not do, and did not catch the error",
  limit: "a limit or budget was reached",
  timeout: "the deadline passed",
  hangup: "the terminal went away (SIGHUP)",
  interrupted: "cancelled with Ctrl-C",
  terminated: "cancelled with SIGTERM",
};

/** What later versions will use; nothing ends with them today. */
const RESERVED: Readonly<Record<number, string>> = {
  7: "reserved: the run is paused and waits for somebody",
  8: "reserved: a test of a spell failed",
};

export const EXIT_CODE_TABLE = table(["exit code", "meaning"], (code, meaning) => [code, meaning]);

/** `docs/exit-codes.md`: the exit codes, and the errors that end with each. */
export function exitCodesPage(introduction: string): string {
  const codes = table(["exit code", "meaning", "errors"], (code, meaning) => [code, meaning, errorsOf(code)]);
  return `${[introduction.trimEnd(), "## The codes", codes].join("\n\n")}\n`;
}

function table(head: string[], rowOf: (code: number, meaning: string) => (string | number)[]): string {
  const meanings: [number, string][] = [
    ...Object.entries(EXIT).map(([name, code]): [number, string] => [code, MEANING[name as keyof typeof EXIT]]),
    ...Object.entries(RESERVED).map(([code, meaning]): [number, string] => [Number(code), meaning]),
  ];
  const rows = meanings.toSorted(([a], [b]) => a - b).map(([code, meaning]) => rowOf(code, meaning));
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function errorsOf(exit: number): string {
  return Object.entries(ERRORS)
    .filter(([, kind]) => kind.exit === exit)
    .map(([code]) => `[\`${code}\`](errors.md#${code.split(".")[0]})`)
    .join(", ");
}
