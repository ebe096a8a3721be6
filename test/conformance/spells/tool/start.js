return `${params.greeting}, ${params.who}! (${spell.name} ${spell.version})`;
