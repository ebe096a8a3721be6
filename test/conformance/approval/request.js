const first = await approval.request("Send the mail?");
const second = await approval.request({
  title: "Delete the files?",
  details: { files: ["a.txt", "b.txt"] },
  timeout: 60000,
});
const third = await approval.request({ title: "Deploy where?", choices: ["staging", "production"] });
return [first, second, third, (await approval.request("And you are?")).by];
