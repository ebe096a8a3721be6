// ---
// name: test-writer
// description: An agent that reads a source file and writes tests for it, with a plan of the cases first. It writes nothing but the test file.
// parameters:
//   file: { type: file, default: src/slug.js, description: The source to test }
//   framework: { type: string, default: node:test, description: What runs the tests }
// ---
//
// llmspell run examples/test-writer/test-writer.js --file src/parse.js --framework vitest

const target = params.file.replace(/\.(\w+)$/, ".test.$1");

const writer = agent.create({
  name: "test-writer",
  system:
    `You write tests with ${params.framework}. Read the source first. Plan cases before you write: the usual, the edge, the broken input. ` +
    "Save the tests once, then say in a sentence what they cover, and name what looks like a bug instead of testing for it.",
  tools: [
    "file_read",
    {
      name: "plan",
      description: "Writes down the cases, before any test is written.",
      parameters: { cases: { type: "array", items: { type: "string" }, required: true } },
      execute({ cases }) {
        for (const each of cases) console.log(`- ${each}`);
        return "planned";
      },
    },
    {
      name: "save_tests",
      description: `Saves the whole test file ${target}.`,
      parameters: { code: { type: "string", required: true } },
      execute({ code }) {
        fs.write(target, code);
        return `saved as ${target}`;
      },
    },
  ],
  maxSteps: 8,
});

const answer = await writer.run(`Write tests for ${params.file}.`);
console.log(`\n${answer}`);
if (!fs.exists(target)) throw Object.assign(new Error("no tests were saved"), { code: "tests.missing" });
