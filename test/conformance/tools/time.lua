local ok, problem = pcall(tools.time_parse, "soon")
return {
  tools.time_convert({time = "2026-03-01T09:00", from_zone = "Europe/Berlin", to_zone = "America/New_York"}).to.iso,
  tools.time_add({time = "2026-03-31", months = -1}).iso,
  tools.time_diff("2026-01-01", "2026-03-01").value,
  tools.business_days({from = "2026-12-18", add = 10, holidays = {"2026-12-25", "2027-01-01"}}).date,
  tools.time_format("2026-03-01", "dd.MM.yyyy").text,
  problem.code,
  tools.time_now().unix_ms > 1700000000000,
}
