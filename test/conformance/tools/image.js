fs.writeBytes("a.png", base64.decode(params.png));
const code = (failing) => failing.catch((problem) => problem.code);
const small = await tools.image_resize({ path: "a.png", output: "small.png", width: 4 });
const square = await tools.image_thumbnail({ path: "a.png", output: "square.png", size: 2, square: true });
return [
  (await tools.image_info("a.png")).width,
  [small.width, small.height],
  (await tools.image_convert("a.png", "a.jpg")).format,
  [square.width, square.height],
  await code(tools.image_info("no.png")),
  await code(tools.git_status()),
];
