return "hello " + params.who.repeat(params.times);
