"""Signatures, tokens, QR codes and sealed documents of 掌上证.

A library of its own: it knows no Flask, no SQL and no clock (callers pass `now`, an aware UTC datetime), so
that someone who only wants to verify can use it alone. Start at `tokens.verify_token` and `seal.check_pdf`.
"""
