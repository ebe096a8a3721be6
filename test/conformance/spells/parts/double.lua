print("doubling " .. params.n)
return { n = params.n * 2, by = "lua", file = spell.name, args = args }
