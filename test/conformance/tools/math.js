const code = (failing) => failing.catch((problem) => problem.code);
return [
  (await tools.calculator("3 km / 20 min to km/h")).text,
  (await tools.unit_convert(98.6, "degF", "degC")).value,
  (await tools.statistics({ values: [2, 4, 4, 4, 5, 5, 7, 9] })).median,
  (await tools.matrix({ operation: "solve", a: [[2, 1], [1, 3]], b: [3, 5] })).result,
  await code(tools.calculator("os.exit()")),
  await code(tools.calculator("1 / 0")),
];
