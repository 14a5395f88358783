# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Mutants of Python: operators, comparisons, constants and roundings, changed in the syntax tree.

Messages of errors, annotations and docstrings are left alone: they compute nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from benchmarks.mutants.mutation import Mutation

Change = tuple[str, Callable[[], None]]

_BINARY: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
}
_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_UNARY: dict[type[ast.unaryop], type[ast.unaryop]] = {ast.USub: ast.UAdd, ast.Invert: ast.UAdd}
_NAMES = {
    "floor": "ceil",
    "ceil": "floor",
    "rint": "floor",
    "round": "int",
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "minimum": "maximum",
    "maximum": "minimum",
}


def mutations(source: str) -> Iterator[Mutation]:
    """Yield every mutant of a Python source, in the order of the lines."""
    lines = source.splitlines()
    count = sum(1 for _ in _changes(ast.parse(source)))
    for index in range(count):
        tree = ast.parse(source)
        line, (change, apply) = next(item for number, item in enumerate(_changes(tree)) if number == index)
        apply()
        yield Mutation(line, lines[line - 1].strip(), change, ast.unparse(tree))


def _changes(tree: ast.Module) -> Iterator[tuple[int, Change]]:
    idle = _idle(tree)
    for node in ast.walk(tree):
        if id(node) not in idle:
            for change in _changes_of(node):
                yield getattr(node, "lineno", 0), change


def _idle(tree: ast.Module) -> set[int]:
    """Return the nodes that compute nothing."""
    roots: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Raise, ast.JoinedStr, ast.Import, ast.ImportFrom)):
            roots.append(node)
        if isinstance(node, (ast.FunctionDef, ast.AnnAssign, ast.arg)):
            roots += [
                part for part in (getattr(node, "returns", None), getattr(node, "annotation", None)) if part
            ]
    return {id(node) for root in roots for node in ast.walk(root)}


def _changes_of(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in _BINARY:
        yield _replace(node, "op", node.op, _BINARY[type(node.op)]())
    if isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
        yield _replace(node, "op", node.op, _UNARY[type(node.op)]())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        negated = ast.UnaryOp(ast.Not(), node.operand)
        yield "Not -> nothing", lambda: setattr(node, "operand", negated)
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _replace(node, "op", node.op, other)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARE:
        name, after = type(node.ops[0]).__name__, _COMPARE[type(node.ops[0])]()
        yield f"{name} -> {type(after).__name__}", lambda: node.ops.__setitem__(0, after)
    if isinstance(node, ast.Constant) and type(node.value) is int:
        value = node.value + 1
        yield f"{node.value} -> {value}", lambda: setattr(node, "value", value)
    if isinstance(node, ast.Call):
        yield from _renamed(node.func)


def _renamed(function: ast.expr) -> Iterator[Change]:
    field = {ast.Attribute: "attr", ast.Name: "id"}.get(type(function))
    if field and getattr(function, field) in _NAMES:
        before = getattr(function, field)
        yield f"{before} -> {_NAMES[before]}", lambda: setattr(function, field, _NAMES[before])


def _replace(node: ast.AST, field: str, before: ast.AST, after: ast.AST) -> Change:
    return f"{type(before).__name__} -> {type(after).__name__}", lambda: setattr(node, field, after)
