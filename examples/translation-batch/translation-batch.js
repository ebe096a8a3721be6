// ---
// name: translation-batch
// description: Translates every text of a folder into several languages, and keeps placeholders and code as they are.
// parameters:
//   texts: { type: string, default: texts/*.md, description: Which files }
//   languages: { type: array, default: [German, French], description: Into what }
//   out: { type: string, default: translated, description: "Folder of the translations, one folder a language" }
//   concurrency: { type: integer, default: 4, min: 1, max: 32, description: How many at once }
// ---
//
// llmspell run examples/translation-batch/translation-batch.js --texts "locale/*.md" --languages Spanish

// What must come back unchanged.
const KEPT = "\\{\\w+\\}|`[^`]+`";

const kept = (content) =>
  regex
    .findAll(content, KEPT)
    .map(({ text }) => text)
    .sort();

const jobs = fs
  .glob(params.texts)
  .flatMap((file) => params.languages.map((language) => ({ file, language, source: fs.read(file) })));

if (jobs.length === 0) throw new Error(`no file is like ${params.texts}`);

async function translate({ file, language, source }) {
  const request = `Translate into ${language}. Keep Markdown, {placeholders} and \`code\` exactly. Answer with the translation alone.\n\n${source}`;
  const wanted = kept(source);
  let answer = await llm.chat(request);
  if (!data.equal(wanted, kept(answer)))
    answer = await llm.chat(`These must be kept exactly: ${wanted.join(" ")}\n\n${request}`);
  const ok = data.equal(wanted, kept(answer));
  if (ok) fs.write(`${params.out}/${language.toLowerCase()}/${file.split("/").at(-1)}`, `${answer.trim()}\n`);
  return ok;
}

let done = 0;
for (const group of data.chunk(jobs, params.concurrency)) {
  const results = await Promise.all(group.map(translate));
  results.forEach((ok, index) => {
    const { language, file } = group[index];
    console.log(`${ok ? "ok    " : "FAILED"}  ${language}  ${file}`);
    if (ok) done += 1;
  });
}
console.log(`${done} of ${jobs.length} translated`);
