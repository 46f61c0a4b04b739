"""Follows an expression of the code to where its value comes from; `write_errors.py` asks."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
Found = tuple[ast.expr, "Scope"]
"""An expression, and where it stands."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands.

    Attributes:
        file: Path of its module, e.g. ``store/desk.py``.
        funcs: The functions around it, the innermost first.
        owner: The class around those; empty where there is none.
    """

    file: str
    funcs: tuple[Function, ...] = ()
    owner: str = ""

    @property
    def layer(self) -> str:
        """The layer of the module."""
        return self.file.partition("/")[0]


@dataclass(slots=True)
class Code:
    """Modules of the source, with their functions, calls and constants."""

    trees: dict[str, ast.Module] = field(default_factory=dict)
    functions: dict[str, list[tuple[Function, Scope]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    calls: dict[str, list[tuple[ast.Call, Scope]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    bases: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    constants: dict[tuple[str, str], ast.expr] = field(default_factory=dict)
    imports: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Path, left_out: Iterable[str]) -> "Code":
        """Read every module below a folder, but for some layers."""
        code, out = cls(), set(left_out)
        for path in sorted(source.rglob("*.py")):
            file = path.relative_to(source).as_posix()
            if out.isdisjoint(file.split("/")):
                code.trees[file] = ast.parse(path.read_text("utf-8"))
        for file, tree in code.trees.items():
            code._walk(tree, Scope(file))
        return code

    def _walk(self, node: ast.AST, at: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            inner = at
            if isinstance(child, ast.ClassDef):
                self.bases[child.name] |= {called(one) for one in child.bases}
                inner = Scope(at.file, at.funcs, child.name)
            elif isinstance(child, Function):
                inner = Scope(at.file, (child, *at.funcs), at.owner)
                self.functions[child.name].append((child, inner))
            elif isinstance(child, ast.Call):
                name = called(child.func)
                self.calls[name].append((child, at))
            elif isinstance(child, ast.ImportFrom):
                self._imported(child, at.file)
            elif isinstance(child, ast.Assign | ast.AnnAssign) and not at.funcs:
                self._constant(child, at.file)
            self._walk(child, inner)

    def _imported(self, node: ast.ImportFrom, file: str) -> None:
        module = (node.module or "").removeprefix("maillon").lstrip(".").replace(".", "/")
        if (node.module or "").partition(".")[0] == "maillon":
            for one in node.names:
                self.imports[file, one.asname or one.name] = (module, one.name)

    def _constant(self, node: ast.Assign | ast.AnnAssign, file: str) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for one in targets:
            if isinstance(one, ast.Name) and node.value is not None:
                self.constants[file, one.id] = node.value

    def errors(self) -> set[str]:
        """Return the names of the errors of the tree, and of those that come of them."""
        found = {"MaillonError"}
        while more := {one for one, bases in self.bases.items() if bases & found} - found:
            found |= more
        return found

    def module(self, path: str) -> str:
        """Return the file of a module by its path without ending; empty where there is none."""
        files = (f"{path}.py", f"{path}/__init__.py")
        return next((one for one in files if one in self.trees), "")

    def constant(self, file: str, name: str) -> Found | None:
        """Return what a constant stands for, here or in the module that it comes from."""
        seen: set[tuple[str, str]] = set()
        while (file, name) not in seen:
            seen.add((file, name))
            if (file, name) in self.constants:
                return self.constants[file, name], Scope(file)
            if (file, name) not in self.imports:
                return None
            module, name = self.imports[file, name]
            file = self.module(module)
        return None

    def of_call(self, node: ast.Call, at: Scope) -> list[tuple[Function, Scope]]:
        """Return the functions that a call may be of: of this module, else of this layer."""
        name = called(node.func)
        held = self.functions[name]
        module = self._module_of(node.func, at)
        if module:
            return [one for one in held if one[1].file == module and not one[1].owner]
        here = [one for one in held if one[1].file == at.file]
        if isinstance(node.func, ast.Name) or here:
            file, seen = at.file, 0
            while not here and (file, name) in self.imports and seen < len(self.trees):
                module, name = self.imports[file, name]
                file, seen = self.module(module), seen + 1
                here = [one for one in self.functions[name] if one[1].file == file]
            return here
        near = [one for one in held if one[1].layer == at.layer]
        return near if len(near) == 1 else (held if len(held) == 1 else [])

    def _module_of(self, node: ast.expr, at: Scope) -> str:
        """Return the module whose function is called by its name; empty where it is none."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            held = self.imports.get((at.file, node.value.id))
            return self.module("/".join(filter(None, held))) if held else ""
        return ""

    def values(self, name: str, at: Scope) -> list[Found]:
        """Return what a name may hold where it stands: assigned, given by callers, constant."""
        for depth, func in enumerate(at.funcs):
            scope = Scope(at.file, at.funcs[depth:], at.owner)
            found = [(one, scope) for one in assigned(func, name)]
            found += self._iterated(func, name, scope)
            given = [one.arg for one in arguments(func)]
            if name in given:
                found += self._given(func, name, scope)
            if found or name in given:
                return found
        constant = self.constant(at.file, name)
        return [constant] if constant else []

    def _given(self, func: Function, name: str, at: Scope) -> Iterator[Found]:
        """Give what callers put into a parameter."""
        names = [one.arg for one in (*func.args.posonlyargs, *func.args.args)]
        is_method = bool(names) and names[0] in {"self", "cls"}
        place = names.index(name) - is_method if name in names else -1
        of = at.owner if func.name == "__init__" else func.name
        count = 0
        for call, there in self.calls[of]:
            is_plain = isinstance(call.func, ast.Name) and func.name != "__init__"
            if is_method and is_plain:
                continue
            if not any(one is func for one, _ in self.of_call(call, there)) and (
                func.name != "__init__" and there.file != at.file
            ):
                continue
            count += 1
            for word in call.keywords:
                if word.arg == name:
                    yield word.value, there
            if 0 <= place < len(call.args) and not isinstance(call.args[place], ast.Starred):
                yield call.args[place], there
        yield from ((one, at) for one in defaults(func, name) if count)

    def _iterated(self, func: Function, name: str, at: Scope) -> Iterator[Found]:
        """Give what a loop or an unpacked call puts into a name."""
        for node in inner(func):
            target, value = None, None
            if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
                target, value = node.target, node.iter
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
                target, value = node.targets[0], node.value
            place = _place(target, name)
            if value is None or place is None:
                continue
            for one, there in self._made(value, at):
                if place < 0:
                    yield one, there
                elif isinstance(one, ast.Tuple) and place < len(one.elts):
                    yield one.elts[place], there

    def _made(self, value: ast.expr, at: Scope) -> Iterator[Found]:
        """Give what a call returns or yields, or what a name was made by."""
        if isinstance(value, ast.Name):
            for one, there in self.values(value.id, at):
                if isinstance(one, ast.Call | ast.Tuple | ast.List):
                    yield from self._made(one, there)
        elif isinstance(value, ast.Tuple | ast.List):
            yield from ((one, at) for one in value.elts)
            yield value, at
        elif isinstance(value, ast.Call):
            of = self.of_call(value, at)
            name = called(value.func)
            of = of or [one for one in self.functions["__iter__"] if one[1].owner == name]
            for func, scope in of:
                yield from ((one, scope) for one in returned(func))


def _place(target: ast.expr | None, name: str) -> int | None:
    """Return at which place of a target a name stands; -1: it is all of it; None: nowhere."""
    if isinstance(target, ast.Name):
        return -1 if target.id == name else None
    if isinstance(target, ast.Tuple):
        names = [one.id if isinstance(one, ast.Name) else "" for one in target.elts]
        return names.index(name) if name in names else None
    return None


def called(node: ast.expr) -> str:
    """Return the last name of what is called, or of what is named."""
    if isinstance(node, ast.Call):
        return called(node.func)
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def arguments(func: Function) -> list[ast.arg]:
    """Return the parameters of a function."""
    return [*func.args.posonlyargs, *func.args.args, *func.args.kwonlyargs]


def defaults(func: Function, name: str) -> list[ast.expr]:
    """Return the default of a parameter, if it has one."""
    plain = [*func.args.posonlyargs, *func.args.args]
    pairs = list(zip(plain[::-1], func.args.defaults[::-1], strict=False))
    pairs += [(a, d) for a, d in zip(func.args.kwonlyargs, func.args.kw_defaults, strict=True) if d]
    return [default for one, default in pairs if one.arg == name]


@cache
def inner(func: Function) -> list[ast.AST]:
    """Return what stands in a function, but not in the functions in it."""
    found, left = [], list[ast.AST](func.body)
    while left:
        node = left.pop()
        found.append(node)
        left += [one for one in ast.iter_child_nodes(node) if not isinstance(one, Function)]
    return found


def returned(func: Function) -> Iterator[ast.expr]:
    """Give what a function returns or yields."""
    for node in inner(func):
        if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom) and node.value is not None:
            yield node.value


def assigned(func: Function, name: str) -> Iterator[ast.expr]:
    """Give what is assigned to a name in a function."""
    for node in inner(func):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield node.value
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    yield from (
                        value
                        for one, value in zip(target.elts, node.value.elts, strict=False)
                        if isinstance(one, ast.Name) and one.id == name
                    )
        elif (
            isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.AugAssign)
            and getattr(node.target, "id", "") == name
            and node.value
        ):
            yield node.value


def name_of(node: ast.expr) -> str:
    """Return how a place is called: by the last name in what is inserted."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            found = name
        case ast.Subscript(value=value, slice=ast.Constant(value=str(name))):
            found = name if name.isidentifier() else name_of(value)
        case ast.Subscript(value=value) | ast.Starred(value=value) | ast.BinOp(left=value):
            found = name_of(value)
        case ast.IfExp(body=value) | ast.GeneratorExp(elt=value) | ast.BoolOp(values=[value, *_]):
            found = name_of(value)
        case ast.Call(func=ast.Attribute(attr="join"), args=[value, *_]):
            found = name_of(value)
        case ast.Call(func=ast.Name(id="len"), args=[_, *_]):
            found = "count"
        case ast.Call(func=ast.Name(), args=[value, *_]):
            found = name_of(value)
        case ast.Call(func=ast.Attribute(value=value)):
            found = name_of(value)
        case _:
            found = "value"
    return re.sub(r"[^a-z0-9_]", "", found.lower()).strip("_") or "value"
