"""WeChat, Tencent SMS and the real-name check as small real HTTP servers, for tests, the demo and the walk.

They speak the services' own paths, shapes and codes, check what the real ones check, forget everything at
the end, and know nothing of the product. Paths under `/__control__/` do what only a test may: make codes,
read messages, break things.
"""
