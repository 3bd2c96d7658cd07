"""Make the sample files beside this script: `python tests/files/make.py`. Nobody in them is real."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pillow_heif
from PIL import Image, ImageDraw

HERE = Path(__file__).parent


def photo() -> Image.Image:
    """Left half red, right half white."""
    picture = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(picture).rectangle((0, 0, 200, 300), fill=(200, 0, 0))
    return picture


def photo_with_gps() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to look at it
    exif[0x010E] = "张三家门口".encode().decode("latin-1")
    exif.get_ifd(0x8825).update({1: "N", 2: (29.0, 51.0, 12.0), 3: "E", 4: (114.0, 19.0, 30.0)})
    photo().save(HERE / "photo-with-gps.jpg", exif=exif, comment=b"taken at home")


def javascript_and_attachment() -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('hello')"))
        pdf.Root.OpenAction = pdf.make_indirect(script)
        pdf.Root.Names = pikepdf.Dictionary(
            JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("x"), pdf.Root.OpenAction]))
        )
        pdf.attachments["payload.exe"] = b"MZ not a program"
        pdf.save(HERE / "javascript-and-attachment.pdf", deterministic_id=True)


def main() -> None:
    photo_with_gps()
    photo().save(HERE / "scan.png")
    heic = BytesIO()
    pillow_heif.from_pillow(photo()).save(heic)
    (HERE / "phone.heic").write_bytes(heic.getvalue())
    (HERE / "really-a-png.pdf").write_bytes((HERE / "scan.png").read_bytes())
    javascript_and_attachment()


if __name__ == "__main__":
    main()
