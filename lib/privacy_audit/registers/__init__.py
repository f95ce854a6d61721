"""Files into registers: read, recognised, typed, and every row accounted for."""
