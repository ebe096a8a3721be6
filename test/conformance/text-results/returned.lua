local r = llm.chat("Say exactly: Hello")
return { tostring(r), { nested = "" .. r } }
