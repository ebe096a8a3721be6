for (let i = 1; i <= 1000; i++) { try { state.set(`k${i}`, "x".repeat(10000)); } catch {} }
return "went on";
