// One turn of a chat: asks the model, runs the tools that it wants, asks again, until it has answered. What the model
// says is the spell's output. `chat` is the user's terminal, and keeps the messages.
const { messages, settings, toolsets, mostSteps } = params;

const MOST_CHARACTERS = 60_000;
const MOST_NAMES = 500;
const MOST_MATCHES = 100;
const MOST_SEARCHED = 5000;
const MOST_FILE_BYTES = 1_000_000;

const string = (description) => ({ type: "string", description });
const object = (properties, ...required) => ({ type: "object", properties, required });

/** By the names that `--tools` takes. `asks`: only with the user's consent. */
const TOOLSETS = {
  files: {
    list_files: {
      description: "Lists files and folders of a folder in the workspace.",
      parameters: object({ path: string("Relative to the workspace; default: the workspace itself.") }),
      run: ({ path = "." }) => some(fs.list(path), "names"),
    },
    find_files: {
      description: "Finds files by a pattern such as src/**/*.ts.",
      parameters: object({ pattern: string("*, ?, [a-z], {a,b}; ** for any folders.") }, "pattern"),
      run: ({ pattern }) => some(fs.glob(pattern), "files"),
    },
    search_files: {
      description: "Finds lines that hold a text, upper and lower case alike, in text files of the workspace.",
      parameters: object({ text: string("What to look for."), pattern: string("Of the files; default: all.") }, "text"),
      run: ({ text: wanted, pattern = "**/*" }) => search(wanted.toLowerCase(), pattern),
    },
    read_file: {
      description: "Reads a text file of the workspace, or some lines of it.",
      parameters: object(
        {
          path: string("Relative to the workspace."),
          from: { type: "integer", minimum: 1, description: "First line, counted from 1; default 1." },
          lines: { type: "integer", minimum: 1, description: "How many; default: to the end." },
        },
        "path",
      ),
      run: ({ path, from = 1, lines = Infinity }) => {
        const all = fs.read(path).split("\n");
        return cut(all.slice(from - 1, from - 1 + lines).join("\n"));
      },
    },
    write_file: {
      description: "Replaces a text file of the workspace, or makes it. The user is asked first.",
      parameters: object(
        { path: string("Relative to the workspace."), content: string("The whole file.") },
        "path",
        "content",
      ),
      asks: true,
      run: ({ path, content }) => {
        fs.write(path, content);
        return `${path} is written.`;
      },
    },
  },
  web: {
    fetch_url: {
      description: "Gets a web page or another text from an address.",
      parameters: object({ url: string("https://...") }, "url"),
      run: async ({ url }) => {
        const response = await http.get(url);
        const type = response.headers["content-type"] ?? "";
        const { body } = response;
        const shown = type.includes("html") ? text.stripHtml(body) : body;
        return cut(`${response.status} ${type}\n\n${shown}`);
      },
    },
  },
};

function cut(content) {
  if (content.length <= MOST_CHARACTERS) return content;
  return `${content.slice(0, MOST_CHARACTERS)}\n[cut here: ${content.length} characters in all]`;
}

function some(names, what) {
  if (names.length === 0) return `no ${what}`;
  const more = names.length > MOST_NAMES ? [`[and ${names.length - MOST_NAMES} more]`] : [];
  return [...names.slice(0, MOST_NAMES), ...more].join("\n");
}

function search(wanted, pattern) {
  const isHidden = (path) => /(^|\/)(node_modules|\.git)\//.test(path) && !pattern.includes("node_modules");
  const paths = fs.glob(pattern).filter((path) => !isHidden(path));
  const found = [];
  for (const path of paths.slice(0, MOST_SEARCHED)) {
    if (fs.stat(path).size > MOST_FILE_BYTES) continue;
    const content = fs.read(path);
    if (content.includes("\0") || !content.toLowerCase().includes(wanted)) continue;
    for (const [index, line] of content.split("\n").entries()) {
      if (line.toLowerCase().includes(wanted)) found.push(`${path}:${index + 1}: ${line.trim().slice(0, 200)}`);
      if (found.length === MOST_MATCHES) return `${found.join("\n")}\n[there may be more]`;
    }
  }
  return found.length === 0 ? "not found" : found.join("\n");
}

const tools = Object.assign({}, ...toolsets.map((name) => TOOLSETS[name]));
const offered = Object.entries(tools).map(([name, { description, parameters }]) => ({ name, description, parameters }));

/** A call's result as a message. Whatever a tool throws is an answer too: the model may do better the next time. */
async function answerTo(call) {
  const { id, name, arguments: given } = call;
  const tool = tools[name];
  const reply = (content, isError) => ({
    role: "tool",
    toolCallId: id,
    name,
    content,
    ...(isError ? { isError } : {}),
  });
  if (!tool) return reply(`there is no tool ${name}`, true);
  try {
    for (const required of tool.parameters.required)
      if (given[required] === undefined) return reply(`${name} needs ${required}`, true);
    const refusal = tool.asks ? await chat.consent(name, given) : null;
    return refusal === null ? reply(await tool.run(given)) : reply(refusal, true);
  } catch (error) {
    return reply([`${error.code ?? "error"}: ${error.message}`, error.hint ?? ""].join(" ").trim(), true);
  }
}

async function turn() {
  const said = [...messages];
  for (let step = 1; ; step++) {
    const request = { ...settings, messages: said };
    if (offered.length > 0) Object.assign(request, { tools: offered, toolChoice: step > mostSteps ? "none" : "auto" });
    const answer = await llm.stream(request, (piece, event) => {
      if (piece !== "") console.write(piece);
      else if (event.type === "reasoning") return chat.reasoning(event.text);
    });
    said.push(answer.message);
    await chat.said(answer.message);
    const { model, provider, finishReason } = answer;
    if (answer.toolCalls.length === 0) return { model, provider, finishReason };
    for (const call of answer.toolCalls) {
      await chat.toolStarted(call.name, call.arguments);
      const message = await answerTo(call);
      said.push(message);
      await chat.said(message);
    }
  }
}

export default await turn();
