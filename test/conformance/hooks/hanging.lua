hooks.register("beforeToolCall", function() util.sleep(100000) end, { deadline_ms = 20, on_failure = "continue" })
return { tools.calculator("1 + 1").text }
