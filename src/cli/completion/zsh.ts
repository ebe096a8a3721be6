import type { CompletedCommand, Flag, Values } from "./command-tree.ts";

/** A script for zsh that completes the command line, with descriptions. */
export function zshCompletion(program: CompletedCommand): string {
  const name = program.names[0] as string;
  return `#compdef ${name}
# Completion of ${name} for zsh. Load it with: eval "$(${name} completion zsh)"
${functionsOf(program, name).join("\n")}
if [ "$funcstack[1]" = _${name} ]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function functionsOf(command: CompletedCommand, name: string): string[] {
  const own = command.commands.length > 0 ? groupFunction(command, name) : leafFunction(command, name);
  return [...command.commands.flatMap((inner) => functionsOf(inner, name)), own];
}

function functionName(command: CompletedCommand, name: string): string {
  return ["", name, ...command.path].join("_");
}

function leafFunction(command: CompletedCommand, name: string): string {
  const specs = [
    ...command.flags.map(flagSpec),
    ...command.args.map((values, index) => argumentSpec(values, index, command)),
  ];
  return `${functionName(command, name)}() {\n  _arguments -s${specs.map((spec) => ` \\\n    ${spec}`).join("")}\n}`;
}

function groupFunction(command: CompletedCommand, name: string): string {
  const listed = command.commands.flatMap((inner) =>
    inner.names.map((each) => quote(`${each.replaceAll(":", "\\:")}:${inner.description}`)),
  );
  const cases = command.commands.map((inner) => `        ${inner.names.join("|")}) ${functionName(inner, name)} ;;`);
  const specs = command.flags.map((flag) => ` \\\n    ${flagSpec(flag)}`).join("");
  return `${functionName(command, name)}() {
  local state line
  local -a commands
  _arguments -C${specs} \\
    '1: :->command' \\
    '*:: :->rest'
  case $state in
    command)
      commands=(${listed.join(" ")})
      _describe command commands ;;
    rest)
      case $words[1] in
${cases.join("\n")}
      esac ;;
  esac
}`;
}

function flagSpec({ short, long, description, values, repeatable }: Flag): string {
  const names = [short, long].filter((each) => each !== undefined);
  const text = `[${escape(description)}]${values ? `:value:${action(values)}` : ""}`;
  if (repeatable) return names.length === 2 ? `'*'{${names.join(",")}}${quote(text)}` : quote(`*${names[0]}${text}`);
  return names.length === 2 ? `'(${names.join(" ")})'{${names.join(",")}}${quote(text)}` : quote(`${names[0]}${text}`);
}

function argumentSpec(values: Values, index: number, { args }: CompletedCommand): string {
  const place = index === args.length - 1 && args.length > 1 ? "*" : String(index + 1);
  return quote(`${place}: :${action(values)}`);
}

function action(values: Values): string {
  switch (values.kind) {
    case "words":
      return `(${values.words.join(" ")})`;
    case "spells":
      return `_files -g "*(${values.extensions.join("|")})"`;
    case "files":
      return "_files";
    case "folders":
      return "_files -/";
    case "free":
      return " ";
  }
}

function escape(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, "\\$&");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
