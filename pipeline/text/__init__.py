"""What can be read off a text without a trained network: clean form, language, personal data, wording."""
