local people = { { name = "Bob", age = 30 }, { name = "Ada", age = 36 }, { name = "Cy", age = 30 } }
local seen = {}
local visited = data.each({ x = 1 }, function(value, key) seen[#seen + 1] = key .. value end)
local grown = function(person) return person.age > 30 end
local _, truthy = pcall(data.filter, { 1 }, function() return 1 end)
local parts = data.partition(people, function(person) return person.age == 30 end)
return {
  map = data.map({ 1, 2 }, function(x) return x * 2 end),
  map_object = data.map({ a = 1 }, function(value, key) return key .. value end),
  flat_map = data.flat_map({ 1, 2 }, function(x) return { x, -x } end),
  each = { util.type_of(visited), seen[1] },
  filter = data.map(data.filter(people, grown), function(person) return person.name end),
  filter_object = data.filter({ a = 1, b = 2 }, function(value) return value > 1 end),
  by_members = #data.filter(people, { age = 30 }),
  reject = #data.reject(people, grown),
  partition = { #parts[1], #parts[2] },
  find = data.find(people, { name = "Cy" }).age,
  find_nothing = util.type_of(data.find(people, { name = "Z" })),
  find_index = data.find_index(people, grown),
  some = { data.some(people, grown), data.some({}, grown) },
  every = { data.every(people, grown), data.every({}, grown) },
  reduce = data.reduce({ 1, 2, 3 }, function(sum, x) return sum + x end),
  reduce_from = data.reduce({ "a", "b" }, function(all, x) return all .. x end, ">"),
  group_by = data.map(data.group_by(people, "age"), function(group) return #group end),
  key_by = data.key_by(people, "name").Ada.age,
  count_by = data.count_by({ "x", "y", "x" }),
  sort_by = data.map(data.sort_by(people, { "age", "name" }), function(person) return person.name end),
  descending = data.sort_by({ 2, 3, 1 }, nil, { descending = true }),
  by_function = data.sort_by({ "ccc", "a", "bb" }, function(word) return #word end),
  uniq = data.uniq({ 1, 2, 1, { a = 1 }, { a = 1 } }),
  uniq_by = #data.uniq(people, "age"),
  truthy = truthy.code,
}
