local made = tools.sqlite_execute("shop.db", "CREATE TABLE t (name TEXT, n INTEGER); INSERT INTO t VALUES ('Ada', 1), ('Bob', 2)")
local rows = tools.sqlite_query("shop.db", "SELECT * FROM t ORDER BY n")
local one = tools.sqlite_query("shop.db", "SELECT name FROM t WHERE n = ?", { 2 })
local function code(...) return select(2, pcall(tools.sqlite_query, ...)).code end
return {
  made = { made.changes, made.statements },
  rows = { { rows.rows[1].name, rows.rows[2].name }, rows.rows[2].n },
  one = { one.rows[1].name, one.row_count },
  refused = { code("shop.db", "DELETE FROM t"), code("shop.db", "SELEC"), code("none.db", "SELECT 1") },
}
