const list = [1, 2];
state.set("list", list);
list[2] = 3;
const stored = state.get("list");
stored[0] = "changed";
let seen;
data.each([list], (item) => {
  item[0] = "changed in a callback";
  seen = item;
});
return { stored: state.get("list"), own: list, seen };
