const before = time.now();
await time.sleep(20);
const after = time.now();
return {
  whole: before % 1 === 0,
  recent: time.diff(before, "2025-01-01", "days") > 0,
  waited: after - before >= 15,
};
