const caught = (fn) => { try { fn(); return undefined; } catch (error) { return error; } };
const people = [{ name: "Bob", age: 30 }, { name: "Ada", age: 36 }, { name: "Cy", age: 30 }];
const seen = [];
const visited = data.each({ x: 1 }, (value, key) => { seen.push(key + value); });
const grown = (person) => person.age > 30;
const truthy = caught(() => data.filter([1], () => 1));
const parts = data.partition(people, (person) => person.age === 30);
return {
  map: data.map([1, 2], (x) => x * 2),
  map_object: data.map({ a: 1 }, (value, key) => key + value),
  flat_map: data.flatMap([1, 2], (x) => [x, -x]),
  each: [util.typeOf(visited), seen[0]],
  filter: data.map(data.filter(people, grown), (person) => person.name),
  filter_object: data.filter({ a: 1, b: 2 }, (value) => value > 1),
  by_members: data.filter(people, { age: 30 }).length,
  reject: data.reject(people, grown).length,
  partition: [parts[0].length, parts[1].length],
  find: data.find(people, { name: "Cy" }).age,
  find_nothing: util.typeOf(data.find(people, { name: "Z" })),
  find_index: data.findIndex(people, grown),
  some: [data.some(people, grown), data.some([], grown)],
  every: [data.every(people, grown), data.every([], grown)],
  reduce: data.reduce([1, 2, 3], (sum, x) => sum + x),
  reduce_from: data.reduce(["a", "b"], (all, x) => all + x, ">"),
  group_by: data.map(data.groupBy(people, "age"), (group) => group.length),
  key_by: data.keyBy(people, "name").Ada.age,
  count_by: data.countBy(["x", "y", "x"]),
  sort_by: data.map(data.sortBy(people, ["age", "name"]), (person) => person.name),
  descending: data.sortBy([2, 3, 1], null, { descending: true }),
  by_function: data.sortBy(["ccc", "a", "bb"], (word) => word.length),
  uniq: data.uniq([1, 2, 1, { a: 1 }, { a: 1 }]),
  uniq_by: data.uniq(people, "age").length,
  truthy: truthy.code,
};
