# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Reads a report's page as a browser does: what it loads, links, shows and tabulates."""

from __future__ import annotations

import base64
import io
from html.parser import HTMLParser
from typing import Any

import numpy as np
from PIL import Image

# these have no end tag, in HTML or as written in the page's SVG
VOID = {"meta", "img", "br", "link"}


class Page(HTMLParser):
    """Collects tags, addresses, pictures by title, text, and the rows of tables by their id.

    Raises AssertionError where tags do not nest.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.tags: set[str] = set()
        self.pictures: dict[str, str] = {}
        self.text: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self._open: list[str] = []
        self._rows: list[list[str]] = []
        self.feed(text)
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and what it refers to."""
        values = {name: value or "" for name, value in attrs}
        self._note(tag, values)
        if tag not in VOID:
            self._open.append(tag)
        if tag == "table":
            self._rows = self.tables.setdefault(values["id"], [])
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1] += [""] * int(values.get("colspan", "1"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that ends itself, as in SVG."""
        self._note(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        """Want the tag that was opened last."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note the text, and whose cell it is in."""
        self.text.append(data)
        if "td" in self._open or "th" in self._open:
            self._rows[-1][-1] += data.strip()

    def pixels(self, title: str) -> Any:
        """Return a picture of the page."""
        kind, content = self.pictures[title].split(",")
        assert kind == "data:image/png;base64"
        return np.array(Image.open(io.BytesIO(base64.b64decode(content))))

    def _note(self, tag: str, values: dict[str, str]) -> None:
        self.tags.add(tag)
        self.anchors |= {values["id"]} if "id" in values else set()
        self.loaded += [values[name] for name in ("src", "data", "action", "xlink:href") if name in values]
        self.links += [values["href"]] if "href" in values else []
        if tag == "img":
            self.pictures[values["alt"]] = values["src"]
