async function fetch() {
  return await http.get("http://example.com/");
}
const answer = await fetch();
return answer;
