return { deep: [() => {}] };
