export default { text: fs.read("config.txt") + (await llm.chat("Say exactly: !")) };
