"""What a sealed document costs: typeset + sign (+ read again) against pyHanko's bare signing of a ready PDF.

The rivals take turns within one run, on the same machine and the same key type, so that the ratio means something
where the milliseconds do not. Target: made and sealed <= 4 x bare signing.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from itertools import count

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import Certificate
from pyhanko.keys.internal import translate_pyca_cryptography_key_to_asn1
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter

from backend.papers.second_reader import reread
from backend.papers.typesetting import typeset
from benchmarks.measuring import Figure, Options, in_turns, middle, ratios
from signing.authority import city_root, seal_certificate
from signing.keys import KeyState, PrivateKey, Purpose, generate_key
from signing.seal import seal_pdf, to_asn1

TARGET = 4.0
REPEATS = 5
BARE = "pyHanko, bare signing of a ready PDF"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ISSUER = "咸宁市咸安区横沟桥镇孙田村村民委员会"
QR_HEAD = "HTTPS://ZS.XIANNING.GOV.CN/V/"
DIGITS = ("7390182736450918273645" * 21)[:444]


def document(place: int) -> dict[str, object]:
    """An ordinary one-page certificate, another text each time: nothing may come out of a cache."""
    return {
        "schema": 1,
        "kind": "certificate",
        "number": f"高新村证〔2026〕{place}号",
        "title": "居住情况证明",
        "issuer": {"name": ISSUER, "code": "421202102203"},
        "holder": {"name": "张小花", "id_type": "公民身份号码", "id_number": "42122119860512402X"},
        "body": [
            f"兹证明张小花自2019年3月起居住在我村{place}组,其子随其共同生活,情况属实。" * 2,
            "特此证明。",
        ],
        "purpose": "子女入学报名",
        "receiver": "深圳市南山区教育局",
        "issued_on": "2026-11-23",
        "valid_until": "2026-12-22",
    }


class Bench:
    """One committee with its key and certificate, and the pieces that are timed."""

    def __init__(self) -> None:
        root_key, self.key = self._new_key(Purpose.CA), self._new_key(Purpose.SEAL)
        self.root = city_root(
            root_key, common_name="咸宁市根证书", organization="咸宁市", province="湖北省", city="咸宁市"
        )
        self.certificate: Certificate = seal_certificate(
            self.key.public, root=self.root, root_key=root_key, organization=ISSUER, uscc="91350100M000100Y43"
        )
        self.ready = self.make(0)
        self.sealed = self.seal(self.ready)
        self.bare_signer = self._bare_signer()

    @staticmethod
    def _new_key(purpose: Purpose) -> PrivateKey:
        began, ends = NOW - timedelta(days=1), NOW + timedelta(days=365)
        return generate_key(purpose, not_before=began, not_after=ends, state=KeyState.ACTIVE)

    def _bare_signer(self) -> PdfSigner:
        secret = ec.derive_private_key(int.from_bytes(self.key.material), ec.SECP256R1())
        signer = SimpleSigner(
            signing_cert=to_asn1(self.certificate),
            signing_key=translate_pyca_cryptography_key_to_asn1(secret),
            cert_registry=None,
        )
        metadata = PdfSignatureMetadata(
            field_name="Seal", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        )
        return PdfSigner(metadata, signer)

    def bare(self, _: int) -> None:
        """The rival: pyHanko as it comes, on a PDF that is already there."""
        self.bare_signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(self.ready)))

    def make(self, place: int) -> bytes:
        return typeset(document(place), qr_text=f"{QR_HEAD}{DIGITS}{1000 + place}", check_code="7K3MQ2XW")

    def seal(self, pdf: bytes) -> bytes:
        return seal_pdf(
            pdf,
            certificate=self.certificate,
            private_key=self.key,
            chain=[self.root],
            reason="签发证明",
            location="咸宁市",
            name=ISSUER,
            now=NOW,
        )

    def made_and_sealed(self, place: int) -> None:
        self.seal(self.make(place))

    def read_again(self, _: int) -> None:
        reread(self.sealed, document=document(0), qr_text=f"{QR_HEAD}{DIGITS}1000", check_code="7K3MQ2XW")


def figures(options: Options) -> list[Figure]:
    """Each piece against pyHanko's bare signing; the target is for typesetting and sealing together."""
    bench, places = Bench(), count(1)
    pieces: dict[str, Callable[[int], object]] = {
        BARE: bench.bare,
        "typeset": bench.make,
        "seal (signing.seal)": lambda _: bench.seal(bench.ready),
        "typeset + seal": bench.made_and_sealed,
        "second reader": bench.read_again,
    }
    times = in_turns(
        {name: partial(_with_another_text, piece, places) for name, piece in pieces.items()},
        rounds=options.rounds,
        repeats=REPEATS,
    )
    return [
        Figure(
            name,
            BARE,
            ratios(times[name], times[BARE]),
            TARGET if name == "typeset + seal" else None,
            absolute={"ours ms": middle(times[name]) * 1000, "bare ms": middle(times[BARE]) * 1000},
        )
        for name in pieces
        if name != BARE
    ]


def _with_another_text(piece: Callable[[int], object], places: Iterator[int]) -> None:
    piece(next(places))
