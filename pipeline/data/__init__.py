"""Sources of complaints, one table of labelled rows, and its splits."""
