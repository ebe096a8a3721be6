const first = await llm.chat("Say exactly: ok", { maxTokens: 20 });
print(first);
try { await llm.chat("word ".repeat(2000), { maxTokens: 20 }); } catch {}
return "went on";
