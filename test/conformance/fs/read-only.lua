local _, denied = pcall(fs.write, "a.txt", "x")
return { fs.read("given.txt"), denied.code, denied.details.capability, denied.details.target }
