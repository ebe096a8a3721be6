const r = await llm.chat("Say exactly: Hello");
print(r);
console.log("got", r);
console.write("[", r, "]\n");
log.info("answer", r);
print(`${r}`);
return json.encode({ text: r });
