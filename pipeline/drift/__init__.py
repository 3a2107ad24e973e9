"""Messages of now against messages of before: what moved, how surely, and whether it is time to retrain."""
