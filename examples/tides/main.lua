-- The tide turns about every six hours and twelve minutes; spell.yaml says what this spell is given.
local turn = 6 * 60 + 12
local high = time.parse(params.high)

for _, place in ipairs(params.places or {}) do print("For " .. place .. ":") end
for i = 1, params.turns do
  local at = time.add(high, { minutes = i * turn })
  print((i % 2 == 1 and "low  " or "high ") .. time.format(at, "yyyy-MM-dd HH:mm"))
end
