const made = await tools.sqlite_execute("shop.db", "CREATE TABLE t (name TEXT, n INTEGER); INSERT INTO t VALUES ('Ada', 1), ('Bob', 2)");
const { rows } = await tools.sqlite_query("shop.db", "SELECT * FROM t ORDER BY n");
const one = await tools.sqlite_query("shop.db", "SELECT name FROM t WHERE n = ?", [2]);
const code = (...args) => tools.sqlite_query(...args).then(() => null, (error) => error.code);
return {
  made: [made.changes, made.statements],
  rows: [[rows[0].name, rows[1].name], rows[1].n],
  one: [one.rows[0].name, one.row_count],
  refused: [await code("shop.db", "DELETE FROM t"), await code("shop.db", "SELEC"), await code("none.db", "SELECT 1")],
};
