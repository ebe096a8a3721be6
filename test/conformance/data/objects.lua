local user = { name = "Ada", address = { city = "London", lines = { "a", "b" } } }
local copy = data.clone(user)
copy.address.city = "Paris"
local changed = data.set(user, "address.zip.code", 7)
local _, far = pcall(data.set, { 1 }, "5", "x")
return {
  keys = data.sort_by(data.keys({ b = 1, a = 2 })),
  values = data.values({ a = 1 }),
  entries = data.entries({ a = 1 }),
  from_entries = data.from_entries({ { "a", 1 }, { "b", 2 } }),
  pick = data.pick({ a = 1, b = 2 }, { "a", "z" }),
  omit = data.omit({ a = 1, b = 2 }, { "a" }),
  get = { data.get(user, "address.lines.1"), data.get(user, { "address", "city" }), data.get(user, "no.way", "default") },
  has = { data.has(user, "address.city"), data.has(user, "address.zip") },
  set = { changed.address.zip.code, util.type_of(user.address.zip) },
  set_item = data.set({ 1, 2 }, "1", "x"),
  unset = data.unset({ a = { b = 1, c = 2 } }, "a.b"),
  merge = data.merge({ a = 1, b = 1 }, { b = 2 }, { c = 3 }),
  deep_merge = data.deep_merge({ a = { x = 1, y = 1 }, l = { 1 } }, { a = { y = 2 }, l = { 2 } }),
  concat_lists = data.deep_merge({ l = { 1 } }, { l = { 2 } }, { arrays = "concat" }).l,
  invert = data.invert({ a = "x" }),
  clone = { user.address.city, copy.address.city },
  equal = { data.equal({ a = { 1 } }, { a = { 1 } }), data.equal({ 1, 2 }, { 2, 1 }) },
  diff = data.diff({ a = 1, b = 2, l = { 1 } }, { b = 3, l = { 1, 2 } }),
  size = { data.size({ 1, 2 }), data.size({ a = 1 }) },
  empty = { data.is_empty({}), data.is_empty(""), data.is_empty(nil), data.is_empty({ 0 }) },
  far = far.code,
}
