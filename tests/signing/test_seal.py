from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import typst
from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.authority import city_root, from_pem, public_material, seal_certificate, to_pem
from signing.errors import KeyInvalid, SealFailed
from signing.keys import PrivateKey, Purpose, generate_key
from signing.providers import HeldKey
from signing.seal import SealKey, seal_pdf
from signing.seal_check import SealReason, check_pdf
from signing.suites import SuiteName
from tests.signing.conftest import NOW, MakeKey, holding

NAME = "咸安区永安街道某某社区居民委员会"
USCC = "54421202MEA0000001"
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class City:
    root: x509.Certificate
    root_key: PrivateKey
    certificate: x509.Certificate
    key: PrivateKey

    def seal(self, pdf: bytes, *, now: datetime = NOW, key: SealKey | None = None) -> bytes:
        return seal_pdf(
            pdf,
            certificate=self.certificate,
            private_key=key or self.key,
            chain=[self.root],
            reason="出具证明",
            location="湖北省咸宁市",
            name=NAME,
            now=now,
        )


def make_city() -> City:
    root_key = generate_key(Purpose.CA, not_before=NOW - YEAR, not_after=NOW + 20 * YEAR)
    key = generate_key(Purpose.SEAL, not_before=NOW - YEAR, not_after=NOW + 3 * YEAR)
    root = city_root(
        root_key,
        common_name="咸宁市电子签章根证书",
        organization="咸宁市数据局",
        province="湖北省",
        city="咸宁市",
    )
    certificate = seal_certificate(key.public, root=root, root_key=root_key, organization=NAME, uscc=USCC)
    return City(root, root_key, certificate, key)


CITY = make_city()


@pytest.fixture(scope="module")
def page() -> bytes:
    """A PDF/A-2b page as the typesetter makes them."""
    source = b'#set document(title: "Proof")\n= Proof\nHello'
    return typst.compile(source, format="pdf", pdf_standards="a-2b")


@pytest.fixture(scope="module")
def sealed(page: bytes) -> bytes:
    return CITY.seal(page)


class TestCertificates:
    def test_root_signs_certificates_and_nothing_else(self) -> None:
        basic = CITY.root.extensions.get_extension_for_class(x509.BasicConstraints)
        usage = CITY.root.extensions.get_extension_for_class(x509.KeyUsage)
        assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
        assert (usage.critical, usage.value.key_cert_sign, usage.value.digital_signature) == (
            True,
            True,
            False,
        )
        CITY.root.verify_directly_issued_by(CITY.root)

    def test_seal_signs_documents_and_nothing_else(self) -> None:
        basic = CITY.certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        usage = CITY.certificate.extensions.get_extension_for_class(x509.KeyUsage)
        assert (basic.critical, basic.value.ca) == (True, False)
        assert usage.critical and usage.value.digital_signature and usage.value.content_commitment
        assert not usage.value.key_cert_sign
        CITY.certificate.verify_directly_issued_by(CITY.root)

    def test_seal_names_its_committee_and_credit_code(self) -> None:
        def field(oid: x509.ObjectIdentifier) -> str | bytes:
            return CITY.certificate.subject.get_attributes_for_oid(oid)[0].value

        assert field(NameOID.ORGANIZATION_NAME) == NAME
        assert field(NameOID.SERIAL_NUMBER) == USCC
        assert field(NameOID.ORGANIZATION_IDENTIFIER) == f"NTRCN-{USCC}"
        assert field(NameOID.COMMON_NAME) == NAME

    def test_key_identifiers_lead_from_seal_to_root(self) -> None:
        authority = CITY.certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        subject = CITY.root.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_KEY_IDENTIFIER).value
        assert isinstance(subject, x509.SubjectKeyIdentifier)
        assert authority.key_identifier == subject.digest

    def test_life_is_the_keys_life(self) -> None:
        assert CITY.certificate.not_valid_before_utc == CITY.key.public.not_before
        assert CITY.certificate.not_valid_after_utc == CITY.key.public.not_after

    def test_holds_the_keys_public_half(self) -> None:
        assert public_material(CITY.certificate) == CITY.key.public.material

    def test_pem_comes_back(self) -> None:
        assert from_pem(to_pem(CITY.root) + to_pem(CITY.certificate)) == [CITY.root, CITY.certificate]
        with pytest.raises(SealFailed):
            from_pem(b"rubbish")

    @pytest.mark.parametrize("purpose", [Purpose.CERTIFICATE, Purpose.CA])
    def test_a_key_of_another_purpose_gets_no_seal(self, make_key: MakeKey, purpose: Purpose) -> None:
        with pytest.raises(KeyInvalid):
            seal_certificate(
                make_key(purpose).public, root=CITY.root, root_key=CITY.root_key, organization=NAME, uscc=USCC
            )

    def test_a_key_of_another_suite_gets_no_seal(self, make_key: MakeKey) -> None:
        public = make_key(Purpose.SEAL, SuiteName.EDDSA).public
        with pytest.raises(KeyInvalid):
            seal_certificate(public, root=CITY.root, root_key=CITY.root_key, organization=NAME, uscc=USCC)

    def test_another_citys_key_cannot_issue_under_this_root(self) -> None:
        with pytest.raises(KeyInvalid):
            seal_certificate(
                CITY.key.public, root=CITY.root, root_key=make_city().root_key, organization=NAME, uscc=USCC
            )

    @pytest.mark.parametrize("name", ["", "长" * 65])
    def test_a_name_that_x509_cannot_hold_is_refused(self, name: str) -> None:
        with pytest.raises(SealFailed):
            seal_certificate(
                CITY.key.public, root=CITY.root, root_key=CITY.root_key, organization=name, uscc=USCC
            )


class TestSealing:
    def test_is_good_and_says_whose_it_is(self, sealed: bytes) -> None:
        check = check_pdf(sealed, roots=[CITY.root], now=NOW)
        assert (check.good, check.reason) == (True, None)
        assert (check.signer, check.uscc, check.signed_at) == (NAME, USCC, NOW)

    def test_keeps_every_byte_of_the_page(self, page: bytes, sealed: bytes) -> None:
        assert sealed.startswith(page)

    def test_names_who_why_and_where(self, sealed: bytes) -> None:
        with pikepdf.open(BytesIO(sealed)) as pdf:
            signature = pdf.Root.AcroForm.Fields[0].V
            assert (str(signature.Name), str(signature.Reason), str(signature.Location)) == (
                NAME,
                "出具证明",
                "湖北省咸宁市",
            )
            assert signature.SubFilter == "/ETSI.CAdES.detached"

    def test_field_is_invisible_and_allowed_in_pdf_a(self, sealed: bytes) -> None:
        with pikepdf.open(BytesIO(sealed)) as pdf:
            widget = pdf.pages[0].Annots[0]
            printed, hidden = 4, 2
            assert [float(edge) for edge in widget.Rect.as_list()] == [0.0] * 4
            assert int(widget.F) & printed and not int(widget.F) & hidden

    def test_still_says_that_it_is_pdf_a(self, sealed: bytes) -> None:
        with pikepdf.open(BytesIO(sealed)) as pdf, pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"

    def test_looks_the_same(self, page: bytes, sealed: bytes) -> None:
        def picture(pdf: bytes) -> bytes:
            with pypdfium2.PdfDocument(pdf) as document:
                return bytes(document[0].render(scale=1, may_draw_forms=False).to_pil().tobytes())

        assert picture(page) == picture(sealed)

    def test_a_key_that_lies_elsewhere_can_seal(self, page: bytes) -> None:
        held = HeldKey(holding(CITY.key), CITY.key.kid)
        assert check_pdf(CITY.seal(page, key=held), roots=[CITY.root], now=NOW).good

    def test_a_key_of_another_committee_is_refused(self, page: bytes) -> None:
        with pytest.raises(SealFailed, match="不成对"):
            CITY.seal(page, key=make_city().key)

    @pytest.mark.parametrize("now", [NOW - 2 * YEAR, NOW + 4 * YEAR])
    def test_nothing_is_sealed_outside_the_certificates_life(self, page: bytes, now: datetime) -> None:
        with pytest.raises(SealFailed, match="有效期"):
            CITY.seal(page, now=now)

    @pytest.mark.parametrize("pdf", [b"", b"rubbish", b"%PDF-1.7\n%%EOF", b"%PDF-1.7\nstartxref\n9\n%%EOF"])
    def test_what_is_no_pdf_is_refused(self, pdf: bytes) -> None:
        with pytest.raises(SealFailed):
            CITY.seal(pdf)

    def test_an_encrypted_pdf_is_refused(self, page: bytes) -> None:
        buffer = BytesIO()
        with pikepdf.open(BytesIO(page)) as pdf:
            pdf.save(buffer, encryption=pikepdf.Encryption(owner="o", user="u"))
        with pytest.raises(SealFailed, match="加密"):
            CITY.seal(buffer.getvalue())


class TestChecking:
    def reason(
        self, pdf: bytes, *, root: x509.Certificate = CITY.root, now: datetime = NOW
    ) -> SealReason | None:
        return check_pdf(pdf, roots=[root], now=now).reason

    def test_a_page_without_a_seal(self, page: bytes) -> None:
        assert self.reason(page) is SealReason.NO_SEAL

    def test_one_byte_changed_in_the_page(self, page: bytes, sealed: bytes) -> None:
        place = sealed.index(b"/MediaBox") + 2
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        assert self.reason(changed) is SealReason.ALTERED

    def test_something_after_the_seal(self, sealed: bytes) -> None:
        assert self.reason(sealed + b"\n% more") is SealReason.ADDED_AFTER_SEAL

    def test_another_revision_after_the_seal(self, sealed: bytes) -> None:
        writer = IncrementalPdfFileWriter(BytesIO(sealed))
        writer.document_meta.last_modified = NOW
        writer.root["/Lang"] = pdf_string("en")
        writer.update_root()
        output = BytesIO()
        writer.write(output)
        assert self.reason(output.getvalue()) is SealReason.ADDED_AFTER_SEAL

    def test_a_sealed_page_is_not_sealed_again(self, sealed: bytes) -> None:
        with pytest.raises(SealFailed):
            CITY.seal(sealed)

    def test_another_committees_seal_on_top_is_counted_and_named(
        self, sealed: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key = generate_key(Purpose.SEAL, not_before=NOW - YEAR, not_after=NOW + YEAR)
        certificate = seal_certificate(
            key.public, root=CITY.root, root_key=CITY.root_key, organization="别的村民委员会", uscc="X" * 18
        )
        monkeypatch.setattr("signing.seal.FIELD_NAME", "Other")
        twice = City(CITY.root, CITY.root_key, certificate, key).seal(sealed)
        check = check_pdf(twice, roots=[CITY.root], now=NOW)
        assert (check.good, check.seals, check.signer, check.uscc) == (True, 2, "别的村民委员会", "X" * 18)

    def test_the_seal_of_another_city(self, page: bytes) -> None:
        assert self.reason(make_city().seal(page)) is SealReason.UNTRUSTED_SEAL

    def test_a_forged_seal_with_the_right_names(self, page: bytes) -> None:
        forger = make_city()
        assert forger.certificate.subject == CITY.certificate.subject
        assert self.reason(forger.seal(page)) is SealReason.UNTRUSTED_SEAL

    def test_a_seal_past_its_certificates_life(self, sealed: bytes) -> None:
        assert self.reason(sealed, now=NOW + 4 * YEAR) is SealReason.UNTRUSTED_SEAL

    def test_no_roots_is_a_mistake_and_not_a_yes(self, sealed: bytes) -> None:
        with pytest.raises(SealFailed):
            check_pdf(sealed, roots=[], now=NOW)

    @pytest.mark.parametrize("pdf", [b"", b"rubbish", b"%PDF-1.7"])
    def test_what_is_no_pdf(self, pdf: bytes) -> None:
        with pytest.raises(SealFailed):
            check_pdf(pdf, roots=[CITY.root], now=NOW)

    @settings(max_examples=60, deadline=None)
    @given(data=st.data())
    def test_no_damage_is_good_and_none_leaks(self, sealed: bytes, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(sealed) - 1))
        flip = data.draw(st.integers(1, 255))
        damaged = sealed[:place] + bytes([sealed[place] ^ flip]) + sealed[place + 1 :]
        try:
            check = check_pdf(damaged, roots=[CITY.root], now=NOW)
        except SealFailed:
            return
        # Zero padding behind the signature container is covered by nobody and says nothing.
        assert not check.good or padding(sealed, place)

    @settings(max_examples=20, deadline=None)
    @given(data=st.data())
    def test_no_cut_is_good_and_none_leaks(self, sealed: bytes, data: st.DataObject) -> None:
        cut = data.draw(st.integers(0, len(sealed) - 2))
        try:
            assert not check_pdf(sealed[:cut], roots=[CITY.root], now=NOW).good
        except SealFailed:
            return


def padding(sealed: bytes, place: int) -> bool:
    """Whether `place` lies between the two signed ranges."""
    numbers = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", sealed)[-1]
    _, first, second, _ = map(int, numbers)
    return first <= place < second


class TestPdfsig:
    """poppler's `pdfsig` with NSS, as a stranger would check the file."""

    @pytest.fixture
    def pdfsig(self, tmp_path: Path) -> Callable[[bytes, x509.Certificate], str]:
        certutil, command = shutil.which("certutil"), shutil.which("pdfsig")
        assert certutil, "certutil is needed: apt-get install libnss3-tools"
        assert command, "pdfsig is needed: apt-get install poppler-utils"

        def run(pdf: bytes, root: x509.Certificate) -> str:
            store = f"sql:{tmp_path}"
            (tmp_path / "root.pem").write_bytes(to_pem(root))
            (tmp_path / "page.pdf").write_bytes(pdf)
            for step in (
                ["-N", "-d", store, "--empty-password"],
                ["-A", "-d", store, "-n", "root", "-t", "C,C,C", "-i", str(tmp_path / "root.pem")],
            ):
                subprocess.run([certutil, *step], check=True, capture_output=True, timeout=60)
            result = subprocess.run(
                [command, "-nssdir", store, str(tmp_path / "page.pdf")],
                capture_output=True,
                timeout=60,
                check=False,
            )
            return result.stdout.decode()

        return run

    # pdfsig asks the machine's clock whether a certificate is in force, so the fixtures' lives span years
    # around NOW.
    def test_calls_it_valid_and_trusted(
        self, pdfsig: Callable[[bytes, x509.Certificate], str], sealed: bytes
    ) -> None:
        said = pdfsig(sealed, CITY.root)
        assert "Signature is Valid" in said
        assert "Certificate is Trusted" in said
        assert "Total document signed" in said
        assert "ETSI.CAdES.detached" in said
        assert NAME in said

    def test_calls_another_citys_untrusted(
        self, pdfsig: Callable[[bytes, x509.Certificate], str], sealed: bytes
    ) -> None:
        said = pdfsig(sealed, make_city().root)
        assert "Signature is Valid" in said
        assert "Certificate is Trusted" not in said
