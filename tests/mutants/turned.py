"""One condition of a function turned at a time: the function's code is exchanged, whoever holds the function.

A module that imported the function by name runs the turned code, too.
"""

import ast
import copy
import functools
import importlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

TURNED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Mutant:
    """A function with one condition turned: its name in the package (facts.links.register), and what was turned."""

    name: str
    what: str
    function: FunctionType
    code: CodeType

    def __str__(self) -> str:
        return f"{self.name}: {self.what}"

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Run the turned code while this lasts; what functions remember is forgotten before and after."""
        before = self.function.__code__
        self.function.__code__ = self.code
        _forget(self.function)
        try:
            yield
        finally:
            self.function.__code__ = before
            _forget(self.function)


def mutants_of(name: str) -> Iterator[Mutant]:
    """Yield every mutant of a module of the package, by its name there: controls.marketing."""
    module = importlib.import_module(f"privacy_audit.{name}")
    path = Path(str(module.__file__))
    for top in ast.parse(path.read_text(encoding="utf-8")).body:
        for owner, definition in _definitions([top]):
            function = _function(module, owner, definition.name)
            called = ".".join(filter(None, (name, owner, definition.name)))
            inside = {id(node) for part in definition.body for node in ast.walk(part)}
            for index, node in enumerate(ast.walk(top)):
                change = _change(node) if id(node) in inside else None
                if change is not None:
                    twin = copy.deepcopy(top)
                    turned = list(ast.walk(twin))[index]
                    change(turned)
                    code = compile(ast.fix_missing_locations(ast.Module([twin], [])), str(path), "exec")
                    what = f"{ast.unparse(node)} -> {ast.unparse(turned)}"
                    yield Mutant(called, what, function, _code_of(code, function))


def outside_of_functions(name: str) -> list[str]:
    """Return the conditions of a module that stand in no function: no mutant reaches them."""
    module = importlib.import_module(f"privacy_audit.{name}")
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    within = {id(node) for _, each in _definitions(tree.body) for part in each.body for node in ast.walk(part)}
    loose = [node for node in ast.walk(tree) if id(node) not in within]
    return [ast.unparse(node) for node in loose if isinstance(node, ast.Compare | ast.BoolOp)]


def _definitions(statements: Iterable[ast.stmt]) -> Iterator[tuple[str, Definition]]:
    """Yield the functions and methods, with the class they are of."""
    for each in statements:
        if isinstance(each, Definition):
            yield "", each
        if isinstance(each, ast.ClassDef):
            yield from ((each.name, inner) for inner in each.body if isinstance(inner, Definition))


def _function(module: ModuleType, owner: str, name: str) -> FunctionType:
    """Return the function itself, whatever it is wrapped in."""
    found = vars(getattr(module, owner))[name] if owner else getattr(module, name)
    for inner in ("fget", "func", "__func__"):
        found = getattr(found, inner, None) or found
    while not isinstance(found, FunctionType) or hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    return found


def _change(node: ast.AST) -> Callable[[ast.AST], None] | None:
    """Return how to turn a node that is a condition; None for any other."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        return lambda twin: twin.ops.__setitem__(0, TURNED[type(twin.ops[0])]())  # type: ignore[attr-defined]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr) and not _is_type(node):
        return lambda twin: setattr(twin, "op", ast.BitOr() if isinstance(twin.op, ast.BitAnd) else ast.BitAnd())  # type: ignore[attr-defined]
    if isinstance(node, ast.BoolOp):
        return lambda twin: setattr(twin, "op", ast.Or() if isinstance(twin.op, ast.And) else ast.And())  # type: ignore[attr-defined]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        return lambda twin: setattr(twin, "operand", ast.UnaryOp(ast.Invert(), twin.operand))  # type: ignore[attr-defined]
    return None


def _is_type(node: ast.BinOp) -> bool:
    """Whether this is no condition but the type of something that may be None."""
    return ast.unparse(node).endswith("| None")


def _code_of(whole: CodeType, function: FunctionType) -> CodeType:
    """Return the code of a function within the code of its module."""
    name, line = function.__code__.co_qualname, function.__code__.co_firstlineno
    waiting = [whole]
    for each in waiting:
        if (each.co_qualname, each.co_firstlineno) == (name, line):
            return each
        waiting += [const for const in each.co_consts if isinstance(const, CodeType)]
    raise LookupError(name)


def _forget(function: FunctionType) -> None:
    """Empty the memory of a function that remembers its answers."""
    module = importlib.import_module(function.__module__)
    held = getattr(module, function.__name__, None)
    if isinstance(held, functools._lru_cache_wrapper):  # noqa: SLF001 - the type has no public name
        held.cache_clear()
