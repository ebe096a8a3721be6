return spells.run("itself.lua", { n = (params.n or 0) + 1 })
