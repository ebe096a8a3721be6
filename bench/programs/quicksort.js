function quicksort(list, from, to) {
  let low = from;
  let high = to;
  while (low < high) {
    const pivot = list[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (list[i] < pivot) i++;
      while (list[j] > pivot) j--;
      if (i <= j) {
        const item = list[i];
        list[i] = list[j];
        list[j] = item;
        i++;
        j--;
      }
    }
    if (j - low < high - i) {
      quicksort(list, low, j);
      low = i;
    } else {
      quicksort(list, i, high);
      high = j;
    }
  }
}

function program() {
  const list = [];
  let state = 42;
  for (let i = 0; i < 150000; i++) {
    state = (state * 16807) % 2147483647;
    list.push(state);
  }
  quicksort(list, 0, list.length - 1);
  for (let i = 1; i < list.length; i++) if (list[i - 1] > list[i]) throw new Error("not sorted");
  return list[75000];
}
