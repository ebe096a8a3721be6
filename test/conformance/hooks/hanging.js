hooks.register("beforeToolCall", () => util.sleep(100000), { deadlineMs: 20, onFailure: "continue" });
return [(await tools.calculator("1 + 1")).text];
