import { ERRORS, EXIT } from "../../src/errors.ts";

interface Kind {
  summary: string;
  exit: number;
  final?: true;
  retryable?: true;
}

const MEANING: Record<keyof typeof EXIT, string> = {
  ok: "the spell ran to its end",
  script: "the script failed",
  usage: "the command line is wrong, or its file is missing",
  config: "configuration is wrong, or a key is missing",
  provider: "the model's provider failed",
  permission: "the script wanted what it may not do, and did not catch the error",
  limit: "a limit or budget was reached",
  timeout: "the deadline passed",
  interrupted: "cancelled with Ctrl-C",
  terminated: "cancelled with SIGTERM",
};

export const EXIT_CODE_TABLE = [
  "| exit code | meaning |",
  "|---|---|",
  ...Object.entries(EXIT).map(([name, code]) => `| ${code} | ${MEANING[name as keyof typeof EXIT]} |`),
].join("\n");

/** `docs/errors.md`: the registry of `src/errors.ts`. */
export function errorsPage(introduction: string): string {
  const areas = Map.groupBy(Object.entries(ERRORS) as [string, Kind][], ([code]) => code.split(".")[0] as string);
  const sections = [...areas].map(([area, kinds]) =>
    [
      `## ${area}`,
      "",
      "| code | meaning | exit code | catchable | retryable |",
      "|---|---|---|---|---|",
      ...kinds.map(
        ([code, kind]) =>
          `| \`${code}\` | ${kind.summary} | ${kind.exit} | ${kind.final ? "no" : "yes"} | ${kind.retryable ? "yes" : "no"} |`,
      ),
    ].join("\n"),
  );
  return `${[introduction.trimEnd(), "## Exit codes", EXIT_CODE_TABLE, ...sections].join("\n\n")}\n`;
}
