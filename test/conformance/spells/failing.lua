local x = 1
spells.run("parts/fails.js")
