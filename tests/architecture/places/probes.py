"""How a probe is written down: what is asked for, whose it is, and who is answered otherwise than their place says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from backend.access import STAFF, TABLE, Permission, Role
from tests.architecture.places.people import ENDED, TOMORROW, Who
from tests.architecture.places.world import World


@dataclass(frozen=True)
class Ask:
    """One request: what stands in the address, and what is sent along."""

    where: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, Any] | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    data: bytes | None = None
    shows: str = ""  # a list: what stands in it for those inside, and for nobody else


Make = Callable[[World, Who], Ask]


@dataclass(frozen=True)
class Probe:
    """A request that is right in everything but, perhaps, the place.

    `owner`: rung of the ladder that has the thing; None: the thing is no office's, it is some citizen's.
    `roles`: which staff; None: all the permission names. `citizens`: the holder and the daughter, too.
    `at`: standing -> status, where a rule beside the place decides (written beside it).
    `outside`: what says "does not exist"; for a list, 200 without the thing. `only`: just these standings.
    `unmasked`: staff are told number and phone in full, which is what they ask for, and recorded.
    """

    make: Make
    owner: str | None = "village"
    roles: frozenset[Role] | None = None
    citizens: bool = False
    at: Mapping[str, int] = field(default_factory=dict)
    outside: frozenset[int] = frozenset({404})
    only: frozenset[str] = frozenset()
    unmasked: bool = False

    def staff(self, permission: Permission) -> frozenset[Role]:
        """The staff this probe speaks for."""
        return self.roles if self.roles is not None else TABLE[permission] & STAFF


def staff(make: Make, owner: str = "village", **more: Any) -> Probe:
    """A thing of an office."""
    return Probe(make, owner, **more)


def own(make: Make, **more: Any) -> Probe:
    """A thing of a citizen's."""
    return Probe(make, None, frozenset(), citizens=True, **more)


def listed(make: Make, owner: str = "village", **more: Any) -> Probe:
    """A list of the area."""
    return Probe(make, owner, outside=frozenset({200}), **more)


def citywide(make: Make) -> Probe:
    """What is of the whole city: there, or no longer, or not yet."""
    return Probe(make, "city", only=frozenset({"city", ENDED, TOMORROW}))
