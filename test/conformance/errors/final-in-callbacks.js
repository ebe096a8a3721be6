try {
  data.each([1], () => {
    try { for (let i = 0; i < 100; i++) cache.set("a", 1); } catch {} finally { print("a callback went on"); }
  });
} catch {} finally {
  print("the script went on");
}
return "done";
