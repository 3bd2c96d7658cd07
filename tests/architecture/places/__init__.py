"""A world with one of everything in one village, and how every route that names a thing is asked for it."""
