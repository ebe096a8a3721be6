fs.write_bytes("a.png", base64.decode(params.png))
local code = function(...)
  local ok, problem = pcall(...)
  return ok or problem.code
end
local small = tools.image_resize({path = "a.png", output = "small.png", width = 4})
local square = tools.image_thumbnail({path = "a.png", output = "square.png", size = 2, square = true})
return {
  tools.image_info("a.png").width,
  {small.width, small.height},
  tools.image_convert("a.png", "a.jpg").format,
  {square.width, square.height},
  code(tools.image_info, "no.png"),
  code(tools.git_status),
}
