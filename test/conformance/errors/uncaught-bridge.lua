local name = "nowhere"
local text = fs.read(name .. ".txt")
return text
