import type { CompletedCommand, Flag, Values } from "./command-tree.ts";

/** A script for bash (3.2 and later) that completes the command line; it needs nothing but itself. */
export function bashCompletion(program: CompletedCommand): string {
  const all = flatten(program);
  const name = program.names[0] as string;
  return `# Completion of ${name} for bash. Load it with: eval "$(${name} completion bash)"
_${name}_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}
_${name}_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$cur"))
}
_${name}_spells() {
  local file IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  for file in $(compgen -f -- "$cur"); do
    if [[ -d $file ]]; then COMPREPLY+=("$file"); continue; fi
    case $file in ${spellPattern(all)}) COMPREPLY+=("$file") ;; esac
  done
}
_${name}_folders() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -d -- "$cur"))
}
_${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= given=0 i word
  COMPREPLY=()
  # --flag=value arrives as three words.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$command/$word" in
${all.flatMap((command) => command.commands.map((inner) => `      ${innerPattern(command, inner)}) command=${quote(inner.path.join(" "))} given=0 ;;`)).join("\n")}
${valued(all)
  .map((pattern) => `      ${pattern}) ((i++)); [[ \${COMP_WORDS[i]} == = ]] && ((i++)) ;;`)
  .join("\n")}
      */-*) ;;
      *) ((given++)) ;;
    esac
  done
  case "$command/$prev" in
${flagCases(all, name)}
  esac
  if [[ $cur == -* ]]; then
    case $command in
${all.map((command) => `      ${quote(command.path.join(" "))}) _${name}_words ${quote(flagWords(command))} ;;`).join("\n")}
    esac
    return
  fi
  case "$command/$given" in
${all
  .map((command) => argumentCases(command, name))
  .filter((cases) => cases !== "")
  .join("\n")}
  esac
}
complete -F _${name} ${name}
`;
}

function flatten(command: CompletedCommand): CompletedCommand[] {
  return [command, ...command.commands.flatMap(flatten)];
}

function innerPattern(command: CompletedCommand, inner: CompletedCommand): string {
  return inner.names.map((name) => quote(`${command.path.join(" ")}/${name}`)).join("|");
}

function spellings({ short, long }: Flag): string[] {
  return [short, long].filter((name) => name !== undefined);
}

function flagWords(command: CompletedCommand): string {
  return command.flags.flatMap(({ long, short }) => long ?? short ?? []).join(" ");
}

function flagPattern(command: CompletedCommand, flag: Flag): string {
  return spellings(flag)
    .map((name) => quote(`${command.path.join(" ")}/${name}`))
    .join("|");
}

/** Patterns of the flags that take the next word. */
function valued(all: readonly CompletedCommand[]): string[] {
  return all.flatMap((command) =>
    command.flags.filter(({ values }) => values).map((flag) => flagPattern(command, flag)),
  );
}

function flagCases(all: readonly CompletedCommand[], name: string): string {
  return all
    .flatMap((command) =>
      command.flags.flatMap((flag) =>
        flag.values ? [`    ${flagPattern(command, flag)}) ${action(flag.values, name)}; return ;;`] : [],
      ),
    )
    .join("\n");
}

function argumentCases(command: CompletedCommand, name: string): string {
  const path = command.path.join(" ");
  if (command.commands.length > 0) {
    const words = command.commands.flatMap(({ names }) => names).join(" ");
    return `    ${quote(`${path}/`)}*) _${name}_words ${quote(words)} ;;`;
  }
  return command.args
    .map((values, index) => {
      const at = index === command.args.length - 1 ? `${quote(`${path}/`)}*` : quote(`${path}/${index}`);
      return `    ${at}) ${action(values, name)} ;;`;
    })
    .join("\n");
}

function action(values: Values, name: string): string {
  switch (values.kind) {
    case "words":
      return `_${name}_words ${quote(values.words.join(" "))}`;
    case "spells":
      return `_${name}_spells`;
    case "files":
      return `_${name}_files`;
    case "folders":
      return `_${name}_folders`;
    case "free":
      return ":";
  }
}

function spellPattern(all: readonly CompletedCommand[]): string {
  const spells = all.flatMap(({ args }) => args).find((values) => values.kind === "spells");
  return spells ? spells.extensions.map((extension) => `*${extension}`).join("|") : "*";
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
