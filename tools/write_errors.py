"""Writes the catalogues of what errors say: `python3 dev.py words`, after those of the pages.

Every message that an error of `maillon.model.errors` is raised with is read out of the code: a
literal, an f-string, both joined. What is inserted becomes a place in braces, ``{case}``; a place
that holds a message itself has a star, ``{*reason}``. A name is followed to what it may hold: a
constant, what is assigned to it, what a function returns, what callers give.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from follow_code import Code, Scope, called, name_of, returned
from write_words import PAGES, write

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "src" / "maillon"
ERRORS: Final = PAGES / "words" / "errors"
POLICIES: Final = SOURCE / "policy" / "law" / "policies.cedar"
TREE: Final = "model/errors.py"
LEFT_OUT: Final = frozenset({"bench", "cli", "client", "training", "yente"})
"""Layers whose errors no page shows; yente is a protocol of others, in its own words."""
SAID: Final = {"SourceError": (2,), "RefusedError": (0, 1, 2), "LimitError": (0,)}
"""Which arguments of an error are words; of any other error the first one."""
CARRIERS: Final = {
    "Fault": 2, "Purged": 2, "unreadable": 1, "append": 0, "extend": 0, "_ended": 1,
    "WorkbookError": 0, "HTTPException": 1,
}  # fmt: skip
"""Calls that carry words of a later error, and in which argument."""
LISTS: Final = frozenset({"problems"})
"""Of which lists `append` and `extend` carry them."""
KEYWORDS: Final = frozenset({"could_not_look", "remedy"})
MESSAGES: Final = frozenset(
    {"error", "fault", "faults", "msg", "orig", "problem", "reason", "remedy", "strerror"}
)
"""How places are called that hold another error."""
FUNCTIONS: Final = (
    ("screen/tables/header.py", "_problem"), ("sources/csvrecords.py", "_problem"),
    ("sources/csvrows.py", "fault"), ("sources/csvrows.py", "_mapping_fault"),
    ("screen/tables/workbook.py", "_rows"), ("screen/tables/workbook.py", "why_no_workbook"),
)  # fmt: skip
"""Functions whose texts become words of an error in another module."""
CONSTANTS: Final = (
    ("store/job_queue.py", "_WORST"), ("web/login/keeper.py", "NEEDS"),
    ("workspace/trying.py", "REMEDIES"),
)  # fmt: skip
DEFAULT: Final = ("policy/cedar.py", "DEFAULT")
SYSTEM: Final = (
    "no reason given", "Connection refused", "Input/output error", "No space left on device",
    "No such file or directory", "Permission denied",
)  # fmt: skip
"""What the system most often says when a file or a server cannot be used."""
CITED: Final = re.compile(r"\b(arts?|paras?)\.|\bS/RES\b|\.toml$")
"""A rule that is a citation stays as it is; what the house calls its own is words."""
CHOICES: Final = {"proposal.kind": ("hit", "lead")}
"""Words that an attribute may hold, and that stand in a sentence."""
_WORD: Final = re.compile(r"[a-z(][a-z)]+")
MOST: Final = 4
"""Alternatives in one place that are written out; of more, each is a message of its own."""
SHAPES: Final = (
    "refused ({*rule}): {*reason}; {*remedy}", "{*what}: {found} is more than the limit of {limit}",
    "{*reason}: {*remedy}", "{where}: {*reason}",
)  # fmt: skip
"""How errors of several fields are written as one text."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is inserted into a message: its name, whether it is a message, and by what code."""

    name: str
    is_message: bool = False
    key: str = ""


Text = tuple[str | Place, ...]


def worded(text: Text) -> bool:
    """Return whether a text says something besides what is inserted."""
    plain = "".join(part if isinstance(part, str) else "\0" for part in text)
    return bool(re.search(r"(?<![^\s(])[A-Za-z][a-z]+(?=[:;,.)]*(\s|$))", plain))


def nests(text: Text) -> bool:
    """Return whether a text is more than one word, or a frame around a message."""
    is_frame = len(text) > 1 and any(isinstance(one, Place) and one.is_message for one in text)
    return is_frame or (worded(text) and (len(text) > 1 or " " in str(text[0])))


def written(text: Text) -> str:
    """Return a text as a msgid: ``{name}`` for a place, ``{{`` for a brace."""
    found, names = [], dict[str, list[str]]()
    for part in text:
        if isinstance(part, str):
            found.append(part.replace("{", "{{").replace("}", "}}"))
            continue
        keys = names.setdefault(part.name, [])
        keys += [] if part.key in keys else [part.key]
        number = keys.index(part.key) + 1
        name = part.name + (f"_{number}" if number > 1 else "")
        found.append(f"{{{'*' if part.is_message else ''}{name}}}")
    return "".join(found)


def place(node: ast.expr, at: Scope, *, is_message: bool = False) -> Place:
    """Return the place of an expression; what is said twice is one place."""
    name = name_of(node)
    return Place(name, is_message or name in MESSAGES, f"{at.file} {ast.dump(node)}")


def is_cited(rule: str) -> bool:
    """Return whether a rule is a citation, which stays as it is."""
    return CITED.search(rule) is not None and ": " not in rule


def joined(parts: Iterable[str | Place]) -> Text:
    """Return parts with neighbouring literals as one."""
    found: list[str | Place] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part != "":
            found.append(part)
    return tuple(found)


@dataclass(slots=True)
class Reader:
    """Reads the texts that expressions may hold."""

    code: Code
    errors: frozenset[str]
    nested: set[Text] = field(default_factory=set)
    _open: set[tuple[int, str]] = field(default_factory=set)

    def texts(self, node: ast.expr | None, at: Scope) -> list[Text]:  # noqa: C901, PLR0911, PLR0912 - a case an expression
        """Return the texts that an expression may hold; a place alone where none is known."""
        match node:
            case None | ast.Constant(value=None):
                return []
            case ast.Constant(value=str(text)):
                return [(text,)] if text else [()]
            case ast.JoinedStr(values=values):
                return _product([
                    self._piece(one, at, is_after_article=_ends_with_article(values[:number]))
                    for number, one in enumerate(values)
                ])  # fmt: skip
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return _product([self.texts(left, at), self.texts(right, at)])
            case ast.IfExp(body=body, orelse=other):
                return [*self.texts(body, at), *self.texts(other, at)]
            case ast.NamedExpr(value=value) | ast.Starred(value=value):
                return self.texts(value, at)
            case ast.GeneratorExp(elt=elt) | ast.ListComp(elt=elt):
                return self.texts(elt, at)
            case ast.BoolOp(op=ast.Or(), values=values) | ast.Dict(values=values):
                return [text for one in values for text in self.texts(one, at)]
            case ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts):
                return [text for one in elts for text in self.texts(one, at)]
            case ast.Subscript(value=value):
                return self._known(node, self.texts(value, at), at)
            case ast.Call():
                return self._known(node, self._call(node, at), at)
            case ast.Name(id=name):
                return self._once(node, self.code.values(name, at), at)
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                held = self.code.imports.get((at.file, module))
                path = "/".join(filter(None, held)) if held else ""
                constant = self.code.constant(self.code.module(path), name) if path else None
                return self._once(node, [constant] if constant else [], at)
            case _:
                return [(place(node, at),)]

    def _known(self, node: ast.expr, found: list[Text], at: Scope) -> list[Text]:
        return found if any(map(worded, found)) else [(place(node, at),)]

    def _once(
        self, node: ast.expr, held: Iterable[tuple[ast.expr, Scope]], at: Scope
    ) -> list[Text]:
        """Follow a name, but not in a circle."""
        key = id(at.funcs[0]) if at.funcs else 0, ast.dump(node)
        if key in self._open:
            return []
        self._open.add(key)
        found = [text for one, there in held for text in self.texts(one, there)]
        self._open.discard(key)
        return list(dict.fromkeys(found)) or [(place(node, at),)]

    def _piece(self, node: ast.expr, at: Scope, *, is_after_article: bool) -> list[Text]:
        """Return what may stand in one place of an f-string."""
        if not isinstance(node, ast.FormattedValue):
            return self.texts(node, at)
        value = node.value
        if node.conversion == ord("r") or node.format_spec is not None:
            return [(place(value, at),)]
        found = list(dict.fromkeys(self.texts(value, at))) + [
            (word,) for word in CHOICES.get(ast.unparse(value), ())
        ]  # fmt: skip
        words = [one for one in found if one and all(isinstance(part, str) for part in one)]
        others = [one for one in found if one not in words and one]
        plain = ["".join(map(str, one)) for one in words]
        if any(" " in one for one in plain):
            is_choice = True
        else:
            is_choice = all(map(_WORD.fullmatch, plain)) and (bool(others) or is_after_article)
        if len(found) > MOST or not words or not is_choice or any(map(nests, others)):
            return [self._inserted(value, found, at)]
        is_optional = any(not one for one in found)
        more = [(place(value, at),)] if others and value is not None else []
        return [*words, *more, *([()] if is_optional and not others else [])]

    def _inserted(self, node: ast.expr, found: list[Text], at: Scope) -> Text:
        if not any(map(nests, found)):
            return (place(node, at),)
        self.nested.update(text for text in found if nests(text))
        return (place(node, at, is_message=True),)

    def _call(self, node: ast.Call, at: Scope) -> list[Text]:
        name = called(node.func)
        first = node.args[0] if node.args else None
        if isinstance(node.func, ast.Attribute):
            if name == "join":
                return (
                    [self._inserted(node, self.texts(first, at), at)] if first is not None else []
                )
            if name in {"removeprefix", "strip", "rstrip"}:
                return self.texts(node.func.value, at)
            if name == "get":
                more = self.texts(node.args[1], at) if len(node.args) > 1 else []
                return [*self.texts(node.func.value, at), *more]
        if name in {"str", "_"} and first is not None:
            return self.texts(first, at)
        if name in self.errors:
            return [(Place("error", is_message=True),)]
        held = [(one, scope) for func, scope in self.code.of_call(node, at)
                for one in returned(func)]  # fmt: skip
        return self._once(node.func, held, at)

    def messages(self) -> Iterator[Text]:
        """Give every text that an error is raised with."""
        for node, at, is_rule in self._said():
            for text in self.texts(node, at):
                if worded(text) and not (is_rule and is_cited(written(text))):
                    yield text

    def _said(self) -> Iterator[tuple[ast.expr, Scope, bool]]:
        for name, calls in list(self.code.calls.items()):
            for call, at in calls:
                if at.file == TREE:
                    continue
                kind = self._kind(name, call, at)
                places = [one for one in self._places(kind, call) if one < len(call.args)]
                yield from ((call.args[one], at, kind == "RefusedError" and not one)
                            for one in places)  # fmt: skip
                yield from ((word.value, at, False) for word in call.keywords
                            if word.arg in KEYWORDS)  # fmt: skip
        for file, name in FUNCTIONS:
            for func, at in self.code.functions[name]:
                yield from ((one, at, False) for one in returned(func) if at.file == file)
        for file, name in CONSTANTS:
            yield self.code.constants[file, name], Scope(file), False

    def _kind(self, name: str, call: ast.Call, at: Scope) -> str:
        """Return which error of the tree is made here; the base's where a class makes it so."""
        is_super = (
            name == "__init__"
            and isinstance(call.func, ast.Attribute)
            and (called(call.func.value) == "super")
        )
        if is_super and at.owner in self.errors:
            return self._base(next(iter(self.code.bases[at.owner] & self.errors), ""))
        has_own = any(scope.owner == name for _, scope in self.code.functions["__init__"])
        is_own = has_own and name in self.errors and name not in SAID
        return "" if is_own else self._base(name)

    def _base(self, name: str) -> str:
        while (
            name in self.errors
            and name not in SAID
            and (more := self.code.bases[name] & self.errors - {"MaillonError"})
        ):
            name = next(iter(more))
        return name

    def _places(self, kind: str, call: ast.Call) -> tuple[int, ...]:
        if kind in CARRIERS:
            of = getattr(call.func, "value", None)
            is_list = kind in {"append", "extend"}
            return () if is_list and called(of or call) not in LISTS else (CARRIERS[kind],)
        return SAID.get(kind, (0,) if kind in self.errors else ())


def _ends_with_article(before: Sequence[ast.expr]) -> bool:
    last = before[-1] if before else None
    text = last.value if isinstance(last, ast.Constant) else ""
    return bool(re.search(r"\b(the|this|a|an) $", str(text)))


def _product(alternatives: list[list[Text]]) -> list[Text]:
    found = [joined(part for text in one for part in text) for one in product(*alternatives)]
    return list(dict.fromkeys(found))


def policies(code: Code) -> Iterator[str]:
    """Give what the policies of the house say when they refuse."""
    told = re.findall(r'^@(?:says|remedy)\("(.*)"\)$', POLICIES.read_text("utf-8"), re.MULTILINE)
    default = code.constants[DEFAULT]
    assert isinstance(default, ast.Call)
    told += [one.value for one in default.args[2:] if isinstance(one, ast.Constant)]
    yield from (re.sub(r"\{(\w+)!r\}", r"{\1}", one) for one in told)


def errors() -> list[str]:
    """Return every message as a msgid."""
    code = Code.of(SOURCE, LEFT_OUT)
    reader = Reader(code, frozenset(code.errors()))
    found = {written(text) for text in reader.messages()}
    found |= {written(one) for one in reader.nested if worded(one) and not is_cited(written(one))}
    return sorted({*SHAPES, *SYSTEM, *policies(code), *found})


def template() -> Catalog:
    """Return the catalogue of what errors say, without translations."""
    found = Catalog(project="Maillon", charset="utf-8")
    for one in errors():
        found.add(one)
    return found


if __name__ == "__main__":
    sys.exit(write(template(), ERRORS))
