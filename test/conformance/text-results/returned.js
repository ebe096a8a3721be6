const r = await llm.chat("Say exactly: Hello");
return [String(r), { nested: "" + r }];
