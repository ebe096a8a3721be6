let count = 0;
export default {
  greeting: "Hello",
  loaded() {
    count += 1;
  },
  loads: () => count,
};
