"""From a candidate to the model in use and back: comparison, gates, the move itself, and the log of all moves."""
