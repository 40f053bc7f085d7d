"""Floor 4: pure functions; arrays and frames in, arrays and frames out."""
