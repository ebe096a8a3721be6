-- An answer as it arrives, piece by piece, in both forms: with a function, and as an iterator.

local prompt = "Summarize in one sentence.\n\nA spell runs in its own virtual machine. It reaches the world through bridges alone."

local whole = llm.stream(prompt, function(piece) io.write(piece) end)
print()
print("(" .. #whole .. " bytes)")

local pieces = 0
for piece in llm.stream(prompt) do
  if piece:find("%S") then pieces = pieces + 1 end
end
print("(" .. pieces .. " pieces)")
