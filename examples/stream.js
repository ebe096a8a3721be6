// An answer as it arrives, piece by piece, in both forms: with a function, and as an iterator.

const prompt =
  "Summarize in one sentence.\n\nA spell runs in its own virtual machine. It reaches the world through bridges alone.";

const whole = await llm.stream(prompt, (piece) => console.write(piece));
console.log();
console.log(`(${whole.length} bytes)`);

let pieces = 0;
for await (const piece of llm.stream(prompt)) {
  if (piece.trim() !== "") pieces += 1;
}
console.log(`(${pieces} pieces)`);
