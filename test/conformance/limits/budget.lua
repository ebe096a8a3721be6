local first = llm.chat("Say exactly: ok", { max_tokens = 20 })
print(first)
pcall(llm.chat, ("word "):rep(2000), { max_tokens = 20 })
return "went on"
