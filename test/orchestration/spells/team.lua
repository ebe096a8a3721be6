-- Agents: tools at once, one of which waits, a sub-agent, a person's approval, a handoff, all of it streamed.
local sent = {}
local closer = agent.create({ name = "closer", system = "You close.", description = "Ends the talk." })
local poet = agent.create({ name = "poet", system = "You rhyme.", description = "Writes a line.", timeout_ms = 60000 })
local lead = agent.create({
  name = "lead",
  system = "You lead.",
  sub_agents = { poet },
  handoffs = { closer },
  require_approval = { "send" },
  timeout_ms = 60000,
  tools = {
    {
      name = "look",
      parameters = { key = "string" },
      execute = function(args)
        util.sleep(args.key == "a" and 3 or 1)
        fs.append("looked.txt", args.key .. "\n")
        return { key = args.key, id = util.uuid(), text = fs.read("facts.txt") }
      end,
    },
    {
      name = "send",
      parameters = { to = "string" },
      execute = function(args)
        sent[#sent + 1] = args.to
        return "sent at " .. tostring(time.now())
      end,
    },
  },
})
local seen = {}
lead:on("toolResult", function(event) seen[#seen + 1] = event.tool_result.name end)
local pieces = ""
local answer = lead:stream("Go.", function(text, event) pieces = pieces .. text end)
print(answer, pieces:sub(-6), #answer.steps, answer.handoffs[1].to)
table.sort(seen)
return { text = tostring(answer), sent = sent, seen = seen, agent = answer.agent, tokens = answer.usage.total_tokens,
  again = tostring(lead:run("And now?")), runs = lead:metrics().runs }
