const clerk = agent.create({ name: "clerk" });
await clerk.rnu("hello");
