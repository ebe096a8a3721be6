const x = 1;
await spells.run("parts/fails.lua");
