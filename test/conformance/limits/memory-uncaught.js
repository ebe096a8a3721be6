const held = [];
for (let i = 0; i < 1e7; i++) held.push("x".repeat(1000) + i);
