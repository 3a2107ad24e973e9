"""Training data looked at again: likely label errors for a person to decide, and what a changed taxonomy would do."""
