import { ERRORS } from "../../src/errors.ts";
import { EXIT_CODE_TABLE } from "./exit-codes-page.ts";

interface Kind {
  summary: string;
  exit: number;
  final?: true;
  retryable?: true;
}

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
