"""Journeys made as an outsider, over real HTTP: nothing of the product is imported here."""
