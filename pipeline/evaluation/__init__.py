"""Figures that say how far the tags can be trusted, and the baselines beside them."""
