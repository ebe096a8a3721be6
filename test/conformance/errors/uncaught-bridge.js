fs.read("nowhere.txt");
