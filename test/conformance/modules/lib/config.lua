return { text = fs.read("config.txt") .. tostring(llm.chat("Say exactly: !")) }
