const name = "nowhere";
const text = fs.read(`${name}.txt`);
return text;
