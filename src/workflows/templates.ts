import type { Workflow } from "./definition.ts";

export const WORKFLOW_TEMPLATES = ["research", "draft-and-review", "vote", "map-reduce", "approve-and-run"] as const;
type TemplateName = (typeof WORKFLOW_TEMPLATES)[number];

/** A ready-made workflow, as data. */
export function workflowTemplate(name: TemplateName): Workflow {
  return structuredClone(TEMPLATES[name]);
}

const text = (description: string) => ({ type: "string", description, required: true });

const TEMPLATES: Readonly<Record<TemplateName, Workflow>> = {
  research: {
    name: "research",
    description: "Searches the web for a topic and writes a report from what it finds.",
    type: "sequential",
    input: { topic: text("What to find out about.") },
    steps: [
      {
        name: "search",
        tool: "web_search",
        params: { query: "{{ topic }}" },
        retry: { maxAttempts: 3, baseDelay: 1000 },
      },
      {
        name: "summarize",
        prompt:
          "Summarize what these results say about {{ topic }}, with their addresses:\n\n{{ search.output | json }}",
      },
      {
        name: "report",
        prompt:
          "Write a well-structured report about {{ topic }} in Markdown from this summary. Keep its sources.\n\n{{ summarize.output }}",
      },
    ],
  },
  "draft-and-review": {
    name: "draft-and-review",
    description: "Writes a text, then has it reviewed and rewritten until the review approves it, three times at most.",
    type: "sequential",
    input: { task: text("What to write.") },
    steps: [
      { name: "draft", prompt: "{{ task }}" },
      {
        name: "improve",
        type: "loop",
        loop: "until",
        condition: "review.output.approved or iteration >= 3",
        maxIterations: 3,
        collect: "last",
        steps: [
          {
            name: "review",
            prompt:
              "The task was: {{ task }}\n\nReview this text. Approve it only if nothing important is left to improve.\n\n{{ last | default: draft.output }}",
            schema: {
              type: "object",
              properties: { approved: { type: "boolean" }, remarks: { type: "string" } },
              required: ["approved", "remarks"],
              additionalProperties: false,
            },
          },
          {
            name: "rewrite",
            type: "conditional",
            condition: "review.output.approved",
            steps: [{ name: "keep", type: "condition", condition: true }],
            default: [
              {
                name: "revise",
                prompt:
                  "Rewrite the text by these remarks. Answer with the text alone.\n\nRemarks: {{ review.output.remarks }}\n\nText:\n{{ last | default: draft.output }}",
              },
            ],
          },
        ],
      },
    ],
  },
  vote: {
    name: "vote",
    description: "Asks a question three times at once and answers what most answers say.",
    type: "parallel",
    merge: "vote",
    input: { question: text("The question. Ask for a short answer.") },
    steps: ["first", "second", "third"].map((name) => ({
      name,
      prompt: "{{ question }}\n\nAnswer as briefly as possible.",
      options: { temperature: 1 },
    })),
  },
  "map-reduce": {
    name: "map-reduce",
    description: "Does the same with each of many items, four at a time, and joins the results.",
    type: "sequential",
    input: {
      items: { type: "array", description: "Texts, or other data.", required: true },
      task: text("What to do with each item."),
      goal: {
        type: "string",
        description: "What to make of the results.",
        default: "Join these results into one text.",
      },
    },
    steps: [
      {
        name: "map",
        type: "loop",
        items: "{{ input.items }}",
        maxConcurrency: 4,
        steps: [{ name: "work", prompt: "{{ input.task }}\n\n{{ item }}", retry: 2 }],
      },
      { name: "reduce", prompt: '{{ input.goal }}\n\n{{ map.output | join: "\n\n---\n\n" }}' },
    ],
  },
  "approve-and-run": {
    name: "approve-and-run",
    description: "Asks a person before it calls a tool.",
    type: "sequential",
    input: {
      title: text("What is to be allowed."),
      tool: text("The tool's name, for the person."),
      params: { type: "object", description: "What the tool gets.", required: true },
    },
    steps: [
      {
        name: "approve",
        approval: { title: "{{ title }}", details: { tool: "{{ tool }}", params: "{{ input.params }}" } },
      },
      { name: "run", tool: "{{ input.tool }}", params: "{{ input.params }}" },
    ],
  },
};
