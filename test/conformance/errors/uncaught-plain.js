throw new Error("went wrong");
