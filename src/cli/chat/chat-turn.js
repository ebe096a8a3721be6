// One turn of a chat: asks the model, runs the tools that it wants, asks again, until it has answered. What the model
// says is the spell's output. `chat` is the user's terminal, and keeps the messages.
const { messages, settings, toolNames, mostRounds } = params;

const MOST_CHARACTERS = 60_000;

const offered = toolNames.map((name) => tools.get(name));
const offers = offered.map(({ name, description, parameters }) => ({ name, description, parameters }));

/** Whether the user is asked first: whatever may change something. */
const asks = ({ readOnly, destructive, requiresConfirmation }) => !readOnly || destructive || requiresConfirmation;

function textOf(value) {
  const text = typeof value === "string" ? value : json.encode(value, { bytes: "base64", nonFinite: "string" });
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS)}\n[cut here: ${text.length} characters in all]`;
}

/** Runs a call. Throws what the model is told. */
async function resultOf({ name, arguments: given }) {
  const tool = offered.find((each) => each.name === name);
  if (!tool) throw new Error(`there is no tool ${name}`);
  if (!asks(tool)) return tools.execute(name, given);
  // What cannot run is not asked for; what runs is what was shown.
  const { valid, errors, value } = tools.validate(name, given);
  if (!valid) throw new Error(errors.map(({ path, message }) => `${path} ${message}`.trim()).join("; "));
  const { approved } = await approval.request({ title: `The model wants to run ${name}.`, details: value });
  if (!approved) throw new Error("The user refused this.");
  return tools.execute(name, value);
}

/** A call's result as a message. Whatever a tool throws is an answer too: the model may do better the next time. */
async function answerTo(call, isLast) {
  const reply = { role: "tool", toolCallId: call.id, name: call.name };
  try {
    if (isLast) throw new Error(`no tools any more: this turn had ${mostRounds} rounds of them`);
    return { ...reply, content: textOf(await resultOf(call)) };
  } catch (error) {
    const { code = "script.error", message, hint = "" } = error;
    const content = code === "script.error" ? message : `${code}: ${message}\n${hint}`.trim();
    return { ...reply, content, isError: true };
  }
}

async function turn() {
  const said = [...messages];
  for (let round = 1; ; round++) {
    const isLast = round > mostRounds;
    const request = { ...settings, messages: said };
    if (offers.length > 0) Object.assign(request, { tools: offers, toolChoice: isLast ? "none" : "auto" });
    const answer = await llm.stream(request, (piece, event) => {
      if (piece !== "") console.write(piece);
      else if (event.type === "reasoning") return chat.reasoning(event.text);
    });
    said.push(answer.message);
    await chat.said(answer.message);
    for (const call of answer.toolCalls) {
      await chat.toolStarted(call.name, call.arguments);
      const message = await answerTo(call, isLast);
      said.push(message);
      await chat.said(message);
    }
    const { model, provider, finishReason } = answer;
    if (isLast || answer.toolCalls.length === 0) return { model, provider, finishReason };
  }
}

export default await turn();
