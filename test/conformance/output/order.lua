print("first")
io.write("a", 1, "\n")
console.write("b")
console.write("c\n")
console.log("x", { list = { 1, 2 }, name = "Ada" }, json.null)
for i = 1, 2 do
  async.sleep(1)
  print("step " .. i)
end
async.all({ function() print("task") end })
print("last")
return "value"
