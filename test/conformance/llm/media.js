const shown = (bytes) => new TextDecoder().decode(bytes);
const vector = await llm.embed("a");
const vectors = await llm.embed(["a", "b"], { model: "openai/text-embedding-3-small" });
const picture = await llm.image("a cat", { count: 1, size: "1024x1024" });
const spoken = await llm.speech("hello", { voice: "alloy" });
fs.writeBytes("voice.mp3", spoken.audio);
const heard = await llm.transcribe({ path: "voice.mp3" });
const ranked = await llm.rerank("tides of the sea", ["a recipe for bread", "sea tides", "the moon"], { topK: 2, provider: "offline" });
return {
  vector,
  vectors,
  picture: [picture.images[0].mediaType, shown(picture.images[0].data), picture.provider],
  spoken: [shown(spoken.audio), spoken.mediaType],
  heard: [String(heard), heard.duration, heard.segments.length],
  heard_bytes: String(await llm.transcribe(spoken.audio)),
  ranked: [ranked.length, ranked[0].index, ranked[0].document, ranked[0].score > ranked[1].score],
};
