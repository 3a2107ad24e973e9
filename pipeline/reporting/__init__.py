"""Tagged rows and measured figures → self-contained pages for people."""
