fs.read("nowhere.txt")
