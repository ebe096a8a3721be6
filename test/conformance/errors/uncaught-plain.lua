error("went wrong")
