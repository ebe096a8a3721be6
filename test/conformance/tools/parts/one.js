export default { name: "from_script", parameters: { n: "number" }, execute: ({ n }) => n + 1 };
