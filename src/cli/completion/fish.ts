import type { CompletedCommand, Flag, Values } from "./command-tree.ts";

/** A script for fish that completes the command line, with descriptions. */
export function fishCompletion(program: CompletedCommand): string {
  const name = program.names[0] as string;
  return `# Completion of ${name} for fish. Load it with: ${name} completion fish | source
${linesOf(program, name).join("\n")}
`;
}

function linesOf(command: CompletedCommand, name: string): string[] {
  const when = condition(command);
  return [
    ...command.commands.flatMap((inner) =>
      inner.names.map(
        (each) => `complete -c ${name} -n ${quote(when)} -f -a ${quote(each)} -d ${quote(inner.description)}`,
      ),
    ),
    ...command.flags.map((flag) => `complete -c ${name} -n ${quote(when)} ${flagOptions(flag)}`),
    ...argumentLines(command, name, when),
    ...command.commands.flatMap((inner) => linesOf(inner, name)),
  ];
}

/** Where the command's own flags and arguments stand: all words of its path seen, none of its inner commands. */
function condition({ path, commands }: CompletedCommand): string {
  if (path.length === 0) return "__fish_use_subcommand";
  const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`);
  const inner = commands.flatMap(({ names }) => names);
  return [...seen, ...(inner.length > 0 ? [`not __fish_seen_subcommand_from ${inner.join(" ")}`] : [])].join("; and ");
}

function flagOptions({ short, long, description, values }: Flag): string {
  return [
    ...(short ? [`-s ${short.slice(1)}`] : []),
    ...(long ? [`-l ${long.slice(2)}`] : []),
    ...(values ? [flagValues(values)] : []),
    `-d ${quote(description)}`,
  ].join(" ");
}

function flagValues(values: Values): string {
  switch (values.kind) {
    case "words":
      return `-x -a ${quote(values.words.join(" "))}`;
    case "folders":
      return "-x -a '(__fish_complete_directories)'";
    case "free":
      return "-x";
    default:
      return "-r -F";
  }
}

function argumentLines({ args, commands }: CompletedCommand, name: string, when: string): string[] {
  if (commands.length > 0) return [];
  const lines = args.flatMap((values) => {
    switch (values.kind) {
      case "words":
        return [`complete -c ${name} -n ${quote(when)} -f -a ${quote(values.words.join(" "))}`];
      case "folders":
        return [`complete -c ${name} -n ${quote(when)} -f -a '(__fish_complete_directories)'`];
      case "spells":
        return values.extensions.map(
          (extension) => `complete -c ${name} -n ${quote(when)} -k -a '(__fish_complete_suffix ${extension})'`,
        );
      default:
        return [];
    }
  });
  const takesFiles = args.some(({ kind }) => kind === "files" || kind === "spells");
  return takesFiles ? lines : [`complete -c ${name} -n ${quote(when)} -f`, ...lines];
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
