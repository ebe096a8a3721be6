import type { SpellTemplate } from "./template.ts";

export const extractTemplate: SpellTemplate = {
  summary: "data instead of prose: what a text says, by a schema",
  manifest: `description: Reads name, e-mail address and city out of a text, or out of standard input.
parameters:
  text:
    type: string
    default: Ada Lovelace (ada@example.com) lives in London.
    description: The text, where standard input is empty.
`,
  lua: `---@type PARAMS
local params = params

local source = stdin ~= nil and stdin ~= "" and stdin or params.text

local person = llm.extract(source, {
  type = "object",
  properties = {
    name = { type = "string" },
    email = { type = "string" },
    city = { type = "string" },
  },
  required = { "name", "email", "city" },
})

-- What a script returns is the result of the run: here an object, printed as JSON.
return person
`,
  js: `const source = stdin || params.text;

const person = await llm.extract(source, {
  type: "object",
  properties: {
    name: { type: "string" },
    email: { type: "string" },
    city: { type: "string" },
  },
  required: ["name", "email", "city"],
});

// The default export is the result of the run: here an object, printed as JSON.
export default person;
`,
  ts: `interface Person {
  name: string;
  email: string;
  city: string;
}

const source = stdin || params.text;

const person: Person = await llm.extract(source, {
  type: "object",
  properties: {
    name: { type: "string" },
    email: { type: "string" },
    city: { type: "string" },
  },
  required: ["name", "email", "city"],
});

// The default export is the result of the run: here an object, printed as JSON.
export default person;
`,
  tengo: `source := stdin || params.text

person := llm.extract(source, {
  type: "object",
  properties: {
    name: {type: "string"},
    email: {type: "string"},
    city: {type: "string"}
  },
  required: ["name", "email", "city"]
})

// What a script exports is the result of the run: here an object, printed as JSON.
export person
`,
};
