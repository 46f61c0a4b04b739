"""The desk's tables of cards and validations."""
