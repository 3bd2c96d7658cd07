"""KeyRing (公钥名单): the public keys that a verifier believes, looked up by key id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .errors import KeyInvalid, Reason, SuiteUnavailable, VerificationFailed
from .keys import VISIBLE, PublicKey, Purpose


class KeyRing:
    """Immutable. Every key is checked on the way in, so that a look-up later cannot fail on bad material."""

    def __init__(self, keys: Iterable[PublicKey] = ()) -> None:
        self._keys: dict[bytes, PublicKey] = {}
        for key in keys:
            if key.kid in self._keys:
                raise KeyInvalid(f"密钥 {key.kid.hex()} 重复")
            _check_material(key)
            self._keys[key.kid] = key

    def __iter__(self) -> Iterator[PublicKey]:
        return iter(self._keys.values())

    def __len__(self) -> int:
        return len(self._keys)

    def get(self, kid: bytes) -> PublicKey | None:
        """The key in whatever state, or None."""
        return self._keys.get(kid)

    def find(self, kid: bytes, purpose: Purpose) -> PublicKey:
        """The key to verify with: VerificationFailed `unknown_key` or `wrong_purpose`.

        A compromised key is found, too: its signature is checked first, so that `compromised_key` can hand
        over claims whose log inclusion the caller may then look for.
        """
        key = self._keys.get(kid)
        if key is None or key.state not in VISIBLE:
            raise VerificationFailed(Reason.UNKNOWN_KEY)
        if key.purpose is not purpose:
            raise VerificationFailed(Reason.WRONG_PURPOSE)
        return key

    def published(self) -> KeyRing:
        """What other verifiers may see: without pending and destroyed keys."""
        return KeyRing(key for key in self if key.state in VISIBLE)


def _check_material(key: PublicKey) -> None:
    try:
        _ = key.verify
    except SuiteUnavailable:
        # A verifier without the SM2 extra still works for its other keys; a token of this one gets
        # `suite_unavailable`.
        return
