-- A workflow of agents, tools, a model and a person.
tools.register({
  name = "price",
  parameters = { item = "string" },
  execute = function(args) util.sleep(1) return { item = args.item, price = 3 } end,
})
local writer = agent.create({ name = "writer", system = "You write.", tools = { "price" }, timeout_ms = 60000 })
local flow = workflow.dag({
  name = "order",
  steps = {
    { name = "price", tool = "price", params = { item = "{{ item }}" }, timeout = 60000 },
    { name = "text", agent = writer, prompt = "Write of {{ price.output.price }}." },
    { name = "check", prompt = "Check {{ text.output }}", retry = 3 },
    { name = "sure", approval = "Send {{ check.output }}?" },
    { name = "file", tool = "file_write", params = { path = "out.txt", content = "{{ text.output }}" }, depends_on = { "sure" } },
    { name = "sum", tool = "calculator", params = { expression = "{{ price.output.price }} * 2" } },
  },
})
local result = flow:run({ item = "tea" })
print(result.status, fs.read("out.txt"))
return { text = result.steps.text.output, check = result.steps.check.output, status = result.status,
  sum = result.steps.sum.status, used = #events.history("tool.executed") }
