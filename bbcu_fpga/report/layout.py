# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Where the boxes and lines of a dataflow graph lie: chains as rows, read like text.

A row ends where a stream forks. A wire to the next box of a row is a straight line; any other runs in the gap
between two rows and, if it passes rows, in the gutter to their right, so that no wire crosses a box.
Lengths are in pixels.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from bbcu_fpga.report.dataflow import Dataflow, Wire

BOX_WIDTH, BOX_HEIGHT = 166, 80
COLUMN_GAP, TRACK, ASIDE = 74, 13, 9
MARGIN, LABEL = 12, 34  # above the boxes of a row: room for arrow heads and labels
LONGEST_ROW = 6
Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """A wire as drawn: the corners of its line, and where its label begins, or ends if it is `leftwards`.

    The label of a `straight` line has its middle there.
    """

    wire: Wire
    points: list[Point]
    label: Point
    straight: bool = False
    leftwards: bool = False


@dataclass(frozen=True)
class Layout:
    """Upper left corners of the boxes by name, the lines, and the size of the whole."""

    boxes: dict[str, Point]
    lines: list[Line]
    width: float
    height: float


def rows(graph: Dataflow) -> list[list[str]]:
    """Return the nodes in rows: a node follows its producer if that has no other consumer."""
    consumers = Counter(wire.source for wire in graph.wires)
    sources: dict[str, list[str]] = defaultdict(list)
    for wire in graph.wires:
        sources[wire.target].append(wire.source)
    result: list[list[str]] = []
    for node in graph.nodes:
        # where branches meet, the row that began last goes on
        ending = [row for row in result if row[-1] in sources[node] and consumers[row[-1]] == 1]
        if ending and len(ending[-1]) < LONGEST_ROW:
            ending[-1].append(node)
        else:
            result.append([node])
    return result


def lay_out(graph: Dataflow) -> Layout:
    """Return the places of all boxes and lines."""
    placed = rows(graph)
    place = {node: (row, column) for row, nodes in enumerate(placed) for column, node in enumerate(nodes)}
    routes = [_Route.of(wire, place) for wire in graph.wires]
    tracks: dict[int, list[_Route]] = defaultdict(list)
    for route in routes:
        for gap in route.gaps:
            tracks[gap].append(route)
    tops, bottom = _row_tops(len(placed), tracks)
    columns = max(map(len, placed))
    gutter = [route for route in routes if len(route.gaps) == 2]
    right = MARGIN + columns * (BOX_WIDTH + COLUMN_GAP) - COLUMN_GAP + MARGIN
    boxes: dict[str, Point] = {
        node: (MARGIN + column * (BOX_WIDTH + COLUMN_GAP), tops[row]) for node, (row, column) in place.items()
    }
    geometry = _Geometry(boxes, tops, tracks, [right + TRACK * i for i in range(len(gutter))], gutter)
    lines = [geometry.line(route, routes) for route in routes]
    return Layout(boxes, lines, right + TRACK * len(gutter) + MARGIN, bottom)


@dataclass(frozen=True, eq=False)
class _Route:
    """The way of a wire: gap `i` lies above row `i`; none if it is straight, two are joined in the gutter."""

    wire: Wire
    gaps: tuple[int, ...] = ()
    downwards: bool = True

    @classmethod
    def of(cls, wire: Wire, place: dict[str, tuple[int, int]]) -> _Route:
        (row, column), (target_row, target_column) = place[wire.source], place[wire.target]
        if row == target_row and target_column == column + 1:
            return cls(wire)
        downwards = target_row > row
        leaves = row + 1 if downwards else row
        return cls(wire, (leaves,) if leaves == target_row else (leaves, target_row), downwards)


def _row_tops(count: int, tracks: dict[int, list[_Route]]) -> tuple[list[float], float]:
    """Return where each row begins, and where the last one ends with what is below it."""
    tops, height = [], 0.0
    for row in range(count):
        height += MARGIN + TRACK * len(tracks[row]) + (LABEL if tracks[row] else 0)
        tops.append(height)
        height += BOX_HEIGHT
    return tops, height + MARGIN + TRACK * len(tracks[count])


@dataclass(frozen=True)
class _Geometry:
    """Turns routes into lines, once every box and every track has its place."""

    boxes: dict[str, Point]
    tops: list[float]
    tracks: dict[int, list[_Route]]
    lanes: list[float]
    gutter: list[_Route]

    def line(self, route: _Route, routes: list[_Route]) -> Line:
        wire = route.wire
        if not route.gaps:
            (x, y), (target_x, _) = self.boxes[wire.source], self.boxes[wire.target]
            middle = y + BOX_HEIGHT / 2
            points = [(x + BOX_WIDTH, middle), (target_x, middle)]
            return Line(wire, points, (target_x - COLUMN_GAP / 2, middle), straight=True)
        entering = [other for other in routes if other.gaps and other.wire.target == wire.target]
        start, end = self._exit(route, routes), self._entry(route, entering)
        heights = [self._track(gap, route) for gap in route.gaps]
        points = [start, (start[0], heights[0])]
        if len(heights) == 2:
            lane = self.lanes[self.gutter.index(route)]
            points += [(lane, heights[0]), (lane, heights[1])]
        points += [(end[0], heights[-1]), end]
        # to the right is the next line into this box
        leftwards = route is not entering[-1]
        return Line(wire, points, (end[0] + (-5 if leftwards else 5), end[1] - LABEL + 11), False, leftwards)

    def _track(self, gap: int, route: _Route) -> float:
        """Return the height of a route's track in a gap; below the last row there is no label."""
        index = self.tracks[gap].index(route)
        if gap == len(self.tops):
            return self.tops[-1] + BOX_HEIGHT + TRACK * (index + 0.5)
        return self.tops[gap] - LABEL - TRACK * (len(self.tracks[gap]) - index - 0.5)

    def _exit(self, route: _Route, routes: list[_Route]) -> Point:
        leaving = [
            other
            for other in routes
            if other.gaps and other.wire.source == route.wire.source and other.downwards == route.downwards
        ]
        x, y = self.boxes[route.wire.source]
        # beside the middle, so that it does not lie on the line into the box below
        return (
            _port(x, leaving.index(route), len(leaving)) - ASIDE,
            y + (BOX_HEIGHT if route.downwards else 0),
        )

    def _entry(self, route: _Route, entering: list[_Route]) -> Point:
        x, y = self.boxes[route.wire.target]
        return _port(x, entering.index(route), len(entering)), y


def _port(x: float, index: int, count: int) -> float:
    return x + BOX_WIDTH * (index + 1) / (count + 1)
