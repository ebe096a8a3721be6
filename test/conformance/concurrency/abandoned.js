let late;
try {
  await async.timeout(5, () => async.sleep(60000));
} catch (error) {
  late = error;
}
const race = await async.race([() => async.sleep(60000), () => "first"]);
return [late.code, race];
