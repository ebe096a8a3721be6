for _ = 1, 100 do pcall(print, "0123456789") end
return "went on"
