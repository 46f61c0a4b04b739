"""The agencies of Ruritania: each writes its files as it would deliver them."""
