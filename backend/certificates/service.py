"""The verbs of a certificate's life: approve 签批, void 作废, revoke 吊销, supersede 更正; shares 分享."""

from backend.certificates.approving import approve, preview
from backend.certificates.ending import REVOCATIONS, revoke, supersede, void
from backend.certificates.sharing import share, shares, withdraw

__all__ = ["REVOCATIONS", "approve", "preview", "revoke", "share", "shares", "supersede", "void", "withdraw"]
