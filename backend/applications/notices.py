"""Sealed papers: receipt (受理回执), one-time notice (一次性告知书), refusal (不予出具告知书)."""
