local held = {}
for i = 1, 1e7 do held[i] = ("x"):rep(1000) .. i end
