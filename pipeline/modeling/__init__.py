"""The encoder, its heads and their training: the only place that imports torch."""
