-- ---
-- name: support-triage
-- description: A desk that reads tickets and hands them to billing or technology, who look things up before they answer.
-- parameters:
--   tickets: { type: file, default: tickets.json, description: "A list of {id, from, text}" }
-- ---
--
-- llmspell run examples/support-triage/support-triage.lua --tickets inbox.json

-- No model reads the addresses of customers.
guardrails.add { check = "pii", on = "input", action = "redact" }

local ORDERS = { ["A-1001"] = { charges = { 49, 49 }, status = "delivered" } }

local lookup = tool.create {
  name = "order_lookup",
  description = "What an order was charged, and where it is.",
  parameters = { order = { type = "string", required = true, description = "Such as A-1001" } },
  execute = function(args)
    return ORDERS[args.order] or error { code = "order.unknown", message = "there is no order " .. args.order }
  end,
}

local billing = agent.create {
  name = "billing",
  system = "You answer questions about money. Look the order up before you say anything about it. You cannot pay out: promise a refund only where an order was charged twice.",
  tools = { lookup },
}
local technology = agent.create {
  name = "technology",
  system = "You answer questions about crashes and errors. Ask for the version where it is missing.",
}
local desk = agent.create {
  name = "desk",
  system = "You read tickets first. Hand over what is about money or about crashes; answer all else yourself, in one sentence.",
  handoffs = {
    { agent = billing, description = "Charges, refunds, invoices" },
    { agent = technology, description = "Crashes, errors, devices" },
  },
}

-- Every ticket is a conversation of its own; all of them at once.
local tickets = json.decode(fs.read(params.tickets))
local answers = async.all(data.map(tickets, function(ticket)
  return function() return desk.clone().run("Ticket " .. ticket.id .. " of " .. ticket.from .. ":\n" .. ticket.text) end
end))

for i, answer in ipairs(answers) do
  local used = data.map(answer.tool_calls, function(call) return call.name end)
  print(("%s  %s%s"):format(tickets[i].id, answer.agent, #used > 0 and " (" .. table.concat(used, ", ") .. ")" or ""))
  print("  " .. answer)
end
