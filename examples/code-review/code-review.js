// ---
// name: code-review
// description: Reviews a diff, file by file and all files at once, and lists what it found by severity.
// parameters:
//   diff: { type: file, default: change.diff, description: "A diff, such as `git diff` prints" }
//   out: { type: string, description: Also write the review to this file }
// ---
//
// git diff main > change.diff && llmspell run examples/code-review/code-review.js --diff change.diff

const finding = {
  type: "object",
  properties: {
    severity: { type: "string", enum: ["high", "medium", "low"] },
    line: { type: "string", description: "The line of code that it is about" },
    problem: { type: "string" },
    advice: { type: "string" },
  },
  required: ["severity", "line", "problem", "advice"],
};

const reviewer = agent.create({
  name: "reviewer",
  system: "You review changes of code. Report bugs, security holes and data loss, nothing else: no style, no praise.",
  output: { type: "object", properties: { findings: { type: "array", items: finding } }, required: ["findings"] },
});

// One piece for each file of the diff.
const changes = `\n${fs.read(params.diff)}`.split("\ndiff --git ").flatMap((part) => {
  const file = part.match(/^a\/(\S+)/)?.[1];
  return file ? [{ file, diff: `diff --git ${part}` }] : [];
});
if (changes.length === 0) throw Object.assign(new Error(`${params.diff} holds no diff`), { code: "review.no_diff" });

const reviews = await Promise.all(
  changes.map(async ({ diff }) => {
    const { object } = await reviewer.clone().run(`Review this change:\n\n${diff}`);
    return object.findings;
  }),
);

const rank = { high: 1, medium: 2, low: 3 };
const found = reviews.flatMap((findings, index) =>
  findings.map((about) => ({ rank: rank[about.severity], file: changes[index].file, about })),
);

const lines = [`${changes.length} files, ${found.length} findings`];
for (const { file, about } of data.sortBy(found, ["rank", "file"])) {
  lines.push(`\n${about.severity.toUpperCase()}  ${file}: ${about.problem}`);
  lines.push(`  ${about.line.trim()}`);
  lines.push(`  -> ${about.advice}`);
}
const review = lines.join("\n");
console.log(review);
if (params.out) fs.write(params.out, `${review}\n`);
