"""The same tagger on a Spark cluster: frames and files in, the rows of the contract out."""

__all__ = ["tag_frame"]


def __getattr__(name: str) -> object:
    """Load on first use: what only shows help, or tags on one machine, needs no pyspark."""
    if name == "tag_frame":
        from pipeline.serving.spark.frame import tag_frame

        return tag_frame
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
