globalThis.counted = (globalThis.counted ?? 0) + 1;
return { count: globalThis.counted, double: (n) => n * 2 };
