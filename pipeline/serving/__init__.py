"""Texts in, tags out, without torch: the bundle, the tagger, files and streams."""

__all__ = ["Tagger"]


def __getattr__(name: str) -> object:
    """Load the tagger on first use, so that `skarga --help` stays instant."""
    if name == "Tagger":
        from pipeline.serving.tagger import Tagger

        return Tagger
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
