"""The review loop: which rows are worth a person's minute, and what people said of them."""
