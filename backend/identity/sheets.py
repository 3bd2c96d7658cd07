"""The photo of a signed sheet (授权书): checked by content, made anew without EXIF or place, kept encrypted."""

import base64
import binascii
import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from backend.problems import InvalidInput
from backend.storage import BlobStore

_MOST_PIXELS = 40_000_000
_LONGEST_SIDE = 2400
_FORMATS = ("JPEG", "PNG")


class BadPhoto(InvalidInput):
    code = "bad_photo"
    detail = "照片打不开,请重新拍一张清楚的(JPEG 或 PNG)"

    def __init__(self) -> None:
        super().__init__(errors={"json.photo": [self.detail]})


def keep_photo(storage: BlobStore, photo: str) -> str:
    """Store a base64 photo, re-encoded; its blob address. BadPhoto for whatever is no JPEG or PNG."""
    try:
        data = base64.b64decode(photo, validate=True)
    except (binascii.Error, ValueError):
        raise BadPhoto() from None
    return storage.put(_made_anew(data))


def _made_anew(data: bytes) -> bytes:
    out = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow warns of decompression bombs
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    raise BadPhoto()
                upright = ImageOps.exif_transpose(picture).convert("RGB")
        upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        upright.save(out, "JPEG", quality=85)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        raise BadPhoto() from None
    return out.getvalue()
