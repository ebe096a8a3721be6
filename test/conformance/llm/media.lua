local vector = llm.embed("a")
local vectors = llm.embed({ "a", "b" }, { model = "openai/text-embedding-3-small" })
local picture = llm.image("a cat", { count = 1, size = "1024x1024" })
local spoken = llm.speech("hello", { voice = "alloy" })
fs.write_bytes("voice.mp3", spoken.audio)
local heard = llm.transcribe({ path = "voice.mp3" })
local ranked = llm.rerank("tides of the sea", { "a recipe for bread", "sea tides", "the moon" }, { top_k = 2, provider = "offline" })
return {
  vector = vector,
  vectors = vectors,
  picture = { picture.images[1].media_type, tostring(picture.images[1].data), picture.provider },
  spoken = { tostring(spoken.audio), spoken.media_type },
  heard = { tostring(heard), heard.duration, #heard.segments },
  heard_bytes = tostring(llm.transcribe(spoken.audio)),
  ranked = { #ranked, ranked[1].index, ranked[1].document, ranked[1].score > ranked[2].score },
}
