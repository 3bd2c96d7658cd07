"""Clients of everything beyond our walls: WeChat, SMS, the real-name check.

Each is a small Protocol (what the product needs) and one implementation that speaks the service's own HTTP.
Read `errors.py` first, then `http.py`; nothing here knows settings, a database or Flask.
"""
