local code = function(...)
  local ok, problem = pcall(...)
  return ok or problem.code
end
return {
  tools.calculator("3 km / 20 min to km/h").text,
  tools.unit_convert(98.6, "degF", "degC").value,
  tools.statistics({values = {2, 4, 4, 4, 5, 5, 7, 9}}).median,
  tools.matrix({operation = "solve", a = {{2, 1}, {1, 3}}, b = {3, 5}}).result,
  code(tools.calculator, "os.exit()"),
  code(tools.calculator, "1 / 0"),
}
