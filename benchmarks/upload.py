#!/usr/bin/env python
"""From request to 201 over HTTP, against Pillow's bare full decode of the same picture.

    .venv/bin/python benchmarks/upload.py [FILE …] [--rounds 9] [--clients 4] [--uploads 40]

Starts a server as in production (deploy/serve.sh, two processes), on the database that DATABASE_URL names or on
SQLite. One client first, taking turns with the bare decode; then several at once, against two processes that do
nothing but decode. Without files: two photographs of 12 megapixels beside the project, where they are, else a scene
made here; and from the first of them a WebP and a PNG. Prints medians and ratios, and draws
var/benchmarks/upload.png.
"""

import argparse
import http.client
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image

from benchmarks.environment import ROOT, WORK, draw
from benchmarks.scenes import photograph
from config.tests.live import LiveServer, installation

PHOTOS = ROOT.parent / "shared" / "photos"
CHOSEN = ("immich__text_book-beside-flowers.jpg", "elementary__photo-1451187580459-43490279c0fa.jpeg")
MOST = 9_500_000  # bytes of a picture made here, below the limit of an upload
BOUNDARY = b"----a-boundary-of-the-benchmark"


@dataclass(frozen=True)
class Picture:
    """A file to send, ready as the body of a request."""

    name: str
    data: bytes

    @property
    def body(self) -> bytes:
        head = f'--{BOUNDARY.decode()}\r\nContent-Disposition: form-data; name="file"; filename="{self.name}"\r\n\r\n'
        return head.encode() + self.data + b"\r\n--" + BOUNDARY + b"--\r\n"


def pictures(paths: list[Path], folder: Path) -> list[Picture]:
    found = paths or [path for name in CHOSEN if (path := PHOTOS / name).exists()] or [photograph(folder)]
    first = Image.open(found[0]).convert("RGB")
    return [
        *(Picture(path.name, path.read_bytes()) for path in found),
        Picture("the first as.webp", encoded(first, "WEBP", quality=80, method=2)),
        Picture("the first as.png", small_enough(first)),
    ]


def encoded(image: Image.Image, format_: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


def small_enough(image: Image.Image) -> bytes:
    """As a PNG, in the largest size that may be uploaded."""
    while len(data := encoded(image, "PNG", compress_level=6)) > MOST:
        image = image.resize((image.width * 9 // 10, image.height * 9 // 10))
    return data


def decode(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image.size


def decode_often(data: bytes, times: int) -> None:
    for _ in range(times):
        decode(data)


class Client:
    """Sends uploads on one connection, with as little work of its own as can be."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {
            "Authorization": token,
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY.decode()}",
        }

    def upload(self, picture: Picture, body: bytes) -> None:
        self._connection.request("POST", "/api/upload/general", body, self._headers)
        answer = self._connection.getresponse()
        told = answer.read()
        if answer.status != 201:
            raise SystemExit(f"{picture.name}: {answer.status} {told[:300]!r}")


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def one_by_one(client: Client, picture: Picture, rounds: int) -> tuple[float, float]:
    """Medians of the bare decode and of the upload, in ms; they take turns."""
    body = picture.body
    pairs = [
        (seconds(lambda: decode(picture.data)), seconds(lambda: client.upload(picture, body)))
        for _ in range(rounds + 2)
    ][2:]
    bare, whole = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
    return bare, whole


def at_once(clients: list[Client], picture: Picture, uploads: int) -> tuple[float, float]:
    """Pictures a second: decoded by two processes that do nothing else, and taken in from several clients."""
    each, body = uploads // len(clients), picture.body
    with ProcessPoolExecutor(2) as decoders:
        list(decoders.map(decode_often, [picture.data] * 2, [1] * 2))
        half = uploads // 2
        bare = 2 * half / seconds(lambda: list(decoders.map(decode_often, [picture.data] * 2, [half] * 2)))

    def send(client: Client) -> None:
        for _ in range(each):
            client.upload(picture, body)

    with ThreadPoolExecutor(len(clients)) as pool:
        taken = each * len(clients) / seconds(lambda: list(pool.map(send, clients)))
    return bare, taken


PLOT = """
names = [row["name"][:28] for row in data]
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8))
for axis, ours, bare, title in ((left, "whole", "bare", "ms, one client"), (right, "taken", "decoded", "pictures a second, several clients")):
    places = range(len(names))
    axis.barh([p - 0.2 for p in places], [row[bare] for row in data], 0.4, label="bare decode")
    axis.barh([p + 0.2 for p in places], [row[ours] for row in data], 0.4, label="upload to 201")
    axis.set_yticks(list(places), names if axis is left else [""] * len(names)); axis.invert_yaxis()
    axis.set_title(title); axis.legend(fontsize=8)
"""


def measured(server: LiveServer, chosen: list[Picture], asked: argparse.Namespace) -> list[dict[str, Any]]:
    token = server.sign_up("benchmark").headers["Authorization"]
    clients = [Client(server.port, token) for _ in range(asked.clients)]
    rows = []
    for picture in chosen:
        width, height = decode(picture.data)
        bare, whole = one_by_one(clients[0], picture, asked.rounds)
        rates = [at_once(clients, picture, asked.uploads) for _ in range(3)]
        decoded, taken = (statistics.median(values) for values in zip(*rates, strict=True))
        rows.append({"name": picture.name, "bare": bare, "whole": whole, "decoded": decoded, "taken": taken})
        print(
            f"| {picture.name} | {width * height / 1e6:.1f} | {bare:.0f} | {whole:.0f} | {whole / bare:.2f} "
            f"| {decoded:.1f} | {taken:.1f} | {taken / decoded:.2f} |",
            flush=True,
        )
    return rows


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("files", type=Path, nargs="*")
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--clients", type=int, default=4)
    options.add_argument("--uploads", type=int, default=40)
    asked = options.parse_args()
    room = str(50_000_000_000)
    with tempfile.TemporaryDirectory() as home, installation(Path(home), VITRINE_QUOTA_BYTES=room) as server:
        server.start(workers=2)
        chosen = pictures(asked.files, Path(home))
        print(
            "| picture | megapixels | bare decode, ms | upload, ms | ratio | decoded/s | taken in/s | ratio |"
        )
        print("| --- |" + " ---: |" * 7)
        rows = measured(server, chosen, asked)
    print(f"\ndrawn: {draw(PLOT, rows, WORK / 'upload.png')}")


if __name__ == "__main__":
    main()
