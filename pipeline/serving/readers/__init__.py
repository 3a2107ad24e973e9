"""Files of complaints in, raw rows and undecodable rows out, one at a time and never all at once."""

from pipeline.serving.readers.formats import ending, open_source, stem
from pipeline.serving.readers.source import Source

__all__ = ["Source", "ending", "open_source", "stem"]
