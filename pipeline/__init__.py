"""Skarga: Russian and Ukrainian customer complaints in; tags, doubts and reasons out."""

__version__ = "0.1.0"
