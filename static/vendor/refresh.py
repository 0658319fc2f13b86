"""Maintainer's script: fetch the pinned releases of what is vendored, strip what must not be served, write it here.

Users never run it; the result is committed. It needs npm. It refuses a package that differs from its published digest
and a stylesheet that would still load anything from elsewhere. `nhsuk-frontend.LICENSE` is kept by hand: the package
carries none.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TESTS = HERE.parents[1] / "tests" / "vendor"
LIBRARY, HTMX, AXE = "nhsuk-frontend@10.6.1", "htmx.org@4.0.1", "axe-core@4.14.1"

PALETTE = {
    "#005eb8": "#0a5443",  # brand, links: 8.9:1 on white
    "#330072": "#4b2167",  # visited links
    "#7c2855": "#06291f",  # links under the pointer
    "#002f5c": "#06291f",
    "#003087": "#083c2f",
    "#003d78": "#083c2f",
    "#004281": "#083c2f",
    "#00478a": "#083c2f",
    "#004b93": "#083c2f",
    "#0055a6": "#083c2f",
    "#337ec6": "#3f8a74",
    "#669ed4": "#7fb5a4",
    "#c7dcef": "#cfe3d8",
    "#ccdff1": "#cfe3d8",
    "#d9e7f4": "#e3efe8",
    "#edf4fa": "#f1f7f3",
    "#007f3b": "#0a5443",  # buttons: 8.9:1 under white words
    "#00662f": "#083c2f",
    "#004c23": "#083c2f",
    "#00401e": "#04201a",
    "#d5281b": "#961810",  # errors: 8.6:1 on white
    "#aa2016": "#7d130c",
    "#951c13": "#6a100a",
    "#6b140e": "#540c07",
    "#dd5349": "#b04a42",
    "#212b32": "#1d2724",  # text
    "#4c6272": "#46524d",  # hints: 8.2:1 on white
    "#354550": "#303a36",
    "#768692": "#6f7d76",
    "#aeb7bd": "#a9b8b0",
    "#d8dde0": "#d3ddd7",
    "#e0e4e6": "#dfe8e2",
    "#dbe0e3": "#dae3dd",
    "#f0f4f5": "#f3f7f4",
}
"""The library's colours and ours in their place: text of ours is at 7:1 or better on every surface it stands on."""


def main() -> None:
    """Fetch all three."""
    for folder in (HERE, TESTS):
        folder.mkdir(parents=True, exist_ok=True)
    library = fetch(LIBRARY)
    (HERE / "nhsuk-frontend.min.css").write_text(stripped_style(library["dist/nhsuk/nhsuk-frontend.min.css"].decode()))
    (HERE / "images").mkdir(exist_ok=True)
    for name in ("cross", "arrow-up", "arrow-down", "arrow-up-down"):
        icon = f"nhsuk-icon-{name}.svg"
        (HERE / "images" / icon).write_bytes(library[f"dist/nhsuk/assets/images/{icon}"])
    script = library["dist/nhsuk/nhsuk-frontend.min.js"].decode()
    (HERE / "nhsuk-frontend.min.js").write_text(without_map(script))
    htmx = fetch(HTMX)
    (HERE / "htmx.min.js").write_text(without_map(htmx["dist/htmx.min.js"].decode()))
    (HERE / "htmx.LICENSE").write_bytes(licence_of(htmx))
    axe = fetch(AXE)
    (TESTS / "axe.min.js").write_bytes(axe["axe.min.js"])
    (TESTS / "axe.LICENSE").write_bytes(licence_of(axe))


def fetch(package: str) -> dict[str, bytes]:
    """The files of one release, by their path, checked against the digest that was published with it."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", package, "--json", "--pack-destination", folder]
        told = json.loads(subprocess.check_output(command, stderr=subprocess.DEVNULL))  # noqa: S603 - fixed arguments
        told = told[0] if isinstance(told, list) else next(iter(told.values()))
        data = next(Path(folder).glob("*.tgz")).read_bytes()
    algorithm, digest = told["integrity"].split("-", 1)
    if base64.b64encode(hashlib.new(algorithm, data).digest()).decode() != digest:
        raise SystemExit(f"{package}: not what was published")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        files = {m.name.partition("/")[2]: archive.extractfile(m) for m in archive.getmembers() if m.isfile()}
        return {name: file.read() for name, file in files.items() if file}


def stripped_style(style: str) -> str:
    """The stylesheet without remote fonts, without the licensed typeface's name, without anything fetched."""
    style = re.sub(r"@font-face\s*\{[^}]*\}", "", style)
    style = re.sub(r'"?Frutiger W01"?,\s*', "", style)
    style = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", style)
    style = style.replace("/assets/images/", "images/")
    style = re.sub(r"#[0-9a-f]{6}\b", lambda colour: PALETTE.get(colour[0], colour[0]), style)
    ours = ("data:", "images/nhsuk-icon-")
    fetched = [url for url in re.findall(r"url\(([^)]*)\)", style) if not url.strip("'\"").startswith(ours)]
    remote = re.findall(r"https?://(?!www\.w3\.org/)[^)\s\"']*", style)
    if fetched or remote or "Frutiger" in style:
        raise SystemExit(f"the stylesheet still asks for {fetched or remote or 'Frutiger'}")
    return style


def without_map(script: str) -> str:
    """The script without the pointer to a source map that we do not serve."""
    return re.sub(r"//# sourceMappingURL=\S*", "", script)


def licence_of(files: dict[str, bytes]) -> bytes:
    """The licence text that came with it."""
    return next(files[name] for name in sorted(files) if re.fullmatch(r"LICEN[CS]E(\.\w+)?", name))


if __name__ == "__main__":
    main()
