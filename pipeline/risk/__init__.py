"""The risk that somebody complains for gain or by habit, read from conduct; no torch, no identity."""
