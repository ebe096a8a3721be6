for i = 1, 1000 do pcall(state.set, "k" .. i, ("x"):rep(10000)) end
return "went on"
