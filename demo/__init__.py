"""The demonstration: sets up, seeds and runs the whole product on one machine, with simulators of the outside world.

Not part of the product: `backend` and `miniprogram_api` never import it.
"""
