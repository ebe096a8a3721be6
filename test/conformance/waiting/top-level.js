const value = await (async () => {
  await async.sleep(1);
  return "waited";
})();
if (value === "waited") return [value, "returned early"];
return "never";
