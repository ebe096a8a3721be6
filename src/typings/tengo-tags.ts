/** Where a name of a source stands: `owner` is what it belongs to. */
interface Tag {
  name: string;
  line: number;
  kind: "f" | "v";
  owner: string | undefined;
  signature: string | undefined;
}

/**
 * A `tags` file, as universal-ctags writes it, of sources of declarations: by file, as it is to be named in the tags. What is
 * defined inside of functions and maps is no tag.
 */
export function tagsOf(sources: Readonly<Record<string, string>>): string {
  const lines = Object.entries(sources).flatMap(([file, text]) => definitionsIn(text).map((tag) => tagLine(file, tag)));
  const head = [
    "!_TAG_FILE_FORMAT\t2\t/extended format/",
    "!_TAG_FILE_SORTED\t1\t/0=unsorted, 1=sorted, 2=foldcase/",
    "!_TAG_PROGRAM_NAME\tllmspell\t//",
  ];
  // By bytes, as readers search them by halves.
  return `${[...head, ...lines.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))].join("\n")}\n`;
}

function definitionsIn(text: string): Tag[] {
  return text.split("\n").flatMap((line, index) => {
    const match = /^(?:([\w.]+)\.)?(\w+) :?= (?:func\(([^)]*)\) \{\})?/.exec(line);
    if (!match) return [];
    const [, owner, name = "", parameters] = match;
    const signature = parameters === undefined ? undefined : `(${parameters})`;
    return [{ name, line: index + 1, kind: signature === undefined ? "v" : "f", owner, signature }];
  });
}

function tagLine(file: string, { name, line, kind, owner, signature }: Tag): string {
  const fields = [
    kind,
    `line:${line}`,
    "language:Tengo",
    ...(owner === undefined ? [] : [`module:${owner}`]),
    ...(signature === undefined ? [] : [`signature:${signature}`]),
  ];
  return `${name}\t${file}\t${line};"\t${fields.join("\t")}`;
}
