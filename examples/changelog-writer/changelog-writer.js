// ---
// name: changelog-writer
// description: Writes the next section of a changelog from commit messages, in the words of users, and puts it on top.
// parameters:
//   commits: { type: file, default: commits.txt, description: "One message a line: git log --format=%s v1.2.0.." }
//   release: { type: string, required: true, description: "Its number, such as 1.3.0" }
//   date: { type: string, description: "As 2026-11-30 (default: today)" }
//   changelog: { type: string, default: CHANGELOG.md, description: The file it goes into }
// ---
//
// git log --format=%s v1.2.0.. > commits.txt && llmspell run examples/changelog-writer/changelog-writer.js --release 1.3.0

const KINDS = ["Changed", "Added", "Fixed", "Internal"];

const entry = {
  type: "object",
  properties: {
    commit: { type: "integer", description: "Number of the commit" },
    kind: { type: "string", enum: KINDS },
    text: { type: "string", description: "What it means to a user, one sentence" },
    breaking: { type: "boolean" },
  },
  required: ["commit", "kind", "text", "breaking"],
};

const commits = fs
  .read(params.commits)
  .split("\n")
  .filter((line) => line.trim() !== "");

const entries = await llm.object({
  system: "You write changelogs for users. Every commit becomes one entry; what users do not notice is Internal.",
  prompt: `Commits:\n${commits.map((commit, index) => `${index + 1}. ${commit}`).join("\n")}`,
  schema: { type: "array", items: entry, minItems: commits.length, maxItems: commits.length },
});

const section = [`## ${params.release} - ${params.date ?? time.format(time.now(), "yyyy-MM-dd")}`];
for (const kind of KINDS.slice(0, -1)) {
  const ofKind = entries.filter((each) => each.kind === kind);
  if (ofKind.length > 0) section.push(`\n### ${kind}\n`);
  for (const each of ofKind) section.push(`- ${each.breaking ? "**Breaking:** " : ""}${each.text}`);
}

const before = fs.exists(params.changelog) ? fs.read(params.changelog) : "# Changelog\n";
const [, title, rest] = before.match(/^(# [^\n]*\n)([^]*)$/) ?? [undefined, "# Changelog\n", before];
fs.write(params.changelog, `${title}\n${section.join("\n")}\n${rest}`);
console.log(section.join("\n"));
