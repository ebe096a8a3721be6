// ---
// name: meeting-notes
// description: Makes minutes of a transcript - summary, decisions, tasks with owner and date - and checks them against it.
// parameters:
//   transcript: { type: file, default: transcript.txt, description: What was said }
//   out: { type: string, default: minutes.md, description: Where the minutes go }
// ---
//
// llmspell run examples/meeting-notes/meeting-notes.js --transcript standup.txt

const transcript = fs.read(params.transcript);

const minutes = await llm.object({
  system: "You take minutes. Use only what was said. A task has an owner who took it on.",
  prompt: `Transcript:\n\n${transcript}`,
  schema: {
    type: "object",
    properties: {
      title: { type: "string" },
      summary: { type: "string" },
      decisions: { type: "array", items: { type: "string" } },
      open_questions: { type: "array", items: { type: "string" } },
      tasks: {
        type: "array",
        items: {
          type: "object",
          properties: {
            owner: { type: "string" },
            task: { type: "string" },
            due: { type: "string" },
            quote: { type: "string" },
          },
          required: ["owner", "task", "due", "quote"],
        },
      },
    },
    required: ["title", "summary", "decisions", "open_questions", "tasks"],
  },
});

// A task stands on words that were said, or it is marked.
for (const task of minutes.tasks) task.mark = transcript.includes(task.quote) ? "" : " (not found in the transcript)";

const page = template.render(
  `# {{ title }}

{{ summary }}

## Decisions
{% for decision in decisions %}
- {{ decision }}
{%- endfor %}

## Tasks
{% for task in tasks %}
- [ ] **{{ task.owner }}**: {{ task.task }}, {{ task.due }}{{ task.mark }}
{%- endfor %}

## Open
{% for question in open_questions %}
- {{ question }}
{%- endfor %}
`,
  minutes,
);

fs.write(params.out, page);
console.log(`${minutes.tasks.length} tasks, ${minutes.decisions.length} decisions: ${params.out}`);
